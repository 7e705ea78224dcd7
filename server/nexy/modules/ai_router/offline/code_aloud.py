"""Places in code, said so that they can be heard."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from nexy.contracts.code_hits import Hit
from nexy.modules.ai_router.offline.phrases import Phrases

_MOST_OTHERS = 2
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS = re.compile(r"[\W_]+")


def code_aloud(hits: Sequence[Hit], say: Phrases) -> str:
    """The first place in a sentence, others in a second one, and that no model looked at them; or that none fits."""
    if not hits:
        return say.code_nothing
    first, *others = hits
    named = say.code_named if first.symbol else say.code_first
    sentences = [
        named.format(symbol=_words(first.symbol), file=_file(first), folder=_folder(first, say), line=first.start_line)
    ]
    if named_others := [hit for hit in others if hit.symbol][:_MOST_OTHERS]:
        places = [say.code_other.format(symbol=_words(hit.symbol), file=_file(hit)) for hit in named_others]
        sentences.append(say.code_others.format(places=", ".join(places)))
    return " ".join((*sentences, say.code_model))


def _file(hit: Hit) -> str:
    return PurePosixPath(hit.file_path).name


def _folder(hit: Hit, say: Phrases) -> str:
    """The nearest folder; a whole path is more than anybody keeps by ear."""
    folder = PurePosixPath(hit.file_path).parent.name
    return say.code_folder.format(folder=_words(folder)) if folder else ""


def _words(name: str) -> str:
    """`Session.sendAll` and `send_all` as words."""
    return " ".join(_SIGNS.sub(" ", _JOINT.sub(" ", name)).split())
