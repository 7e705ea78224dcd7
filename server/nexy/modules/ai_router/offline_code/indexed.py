"""What places of indexed code are good for without a model: they are named, explained, compared and completed from."""

import re
import textwrap
from collections.abc import Sequence

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.code_hits import Hit
from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.explaining.explain import Excerpt, explain
from nexy.modules.ai_router.offline_code.wording import said

_MOST_NAMED = 3
_LEAST_LINES = 4
_REPEATED_SHARE = 0.8
_WORD = re.compile(r"\w{2,}")
_JOINTS = re.compile(r"[.#/]|::|->")


def listed(hits: Sequence[Hit], speech: str) -> str:
    """The places that a search is about, a line each, numbered as they are cited."""
    lines = [f"- [{number}] {_named(hit)}" for number, hit in enumerate(hits, start=1)]
    return "\n".join([said("found_places", speech), *lines])


def nearest(hits: Sequence[Hit], speech: str) -> tuple[str, ...]:
    """A sentence that names what is there already and may help; none where nothing was found."""
    if not hits:
        return ()
    places = ", ".join(f"[{number}] {_named(hit)}" for number, hit in enumerate(hits[:_MOST_NAMED], start=1))
    return (said("found_nearest", speech, places=places),)


def explained(hits: Sequence[Hit], symbol: str, speech: str, limits: OfflineCodeConfig) -> str:
    """The first place explained, and where else the name is."""
    first = hits[0]
    # A method stands indented, and by itself would be no code; there it has only the last part of its name.
    owner, name = _parts(first.symbol or symbol)
    excerpt = Excerpt(first_line=_first_line(first), owner=owner)
    text = explain(textwrap.dedent(first.content), name, first.language, speech, limits, excerpt)
    others = [f"- [{number}] {_named(hit)}" for number, hit in enumerate(hits[1:], start=2)]
    also = [said("found_also", speech), *others] if others else []
    return "\n".join([f"[1] {_named(first)}", "", text, *also])


def _parts(symbol: str) -> tuple[str, str]:
    """The class and the bare name."""
    *owners, name = [part for part in _JOINTS.split(symbol.strip()) if part] or [symbol]
    return (owners[-1] if owners else ""), name


def _first_line(hit: Hit) -> int:
    """0 where lines are left out: of a class too large to be shown there are only the signatures."""
    return hit.start_line if hit.end_line - hit.start_line <= hit.content.rstrip("\n").count("\n") else 0


def repeated(code: str, hits: Sequence[Hit]) -> Sequence[Finding]:
    """At most one finding: a place that holds most lines of the code already."""
    lines = _telling(code)
    if len(lines) < _LEAST_LINES:
        return ()
    for hit in hits:
        share = len(lines & _telling(hit.content)) / len(lines)
        if share >= _REPEATED_SHARE:
            return (found("repeated-code", 1, place=f"{hit.file_path}:{hit.start_line}", percent=round(share * 100)),)
    return ()


def text_beside(hits: Sequence[Hit], most: int) -> str:
    """The places' code in one piece, for names that the file at the cursor does not show."""
    return "\n".join(hit.content for hit in hits)[:most]


def _telling(code: str) -> set[str]:
    """Lines that say something, without their blanks."""
    return {line for text in code.splitlines() if len(_WORD.findall(line := text.strip())) > 1}


def _named(hit: Hit) -> str:
    place = f"`{_plain(hit.file_path)}:{hit.start_line}`"
    return f"{place} ({_plain(hit.symbol)})" if hit.symbol else place


def _plain(text: str) -> str:
    """On one line, and unable to close the marks around it."""
    return " ".join(text.split()).replace("`", "’")
