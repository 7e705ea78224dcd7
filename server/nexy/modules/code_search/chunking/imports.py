"""What a file brings in, as names that definitions elsewhere may have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nexy.modules.code_search.chunking.lines import Lines
from nexy.modules.code_search.chunking.parsing import Span

_WORD: Final = re.compile(r"[\w$@-]+")
_ENDING: Final = re.compile(r"\.(?:[mc]?[jt]sx?|h|hh|hpp|hxx|vue|json)$")
_VERSION: Final = re.compile(r"v\d+")
_NOT_NAMES: Final = frozenset({"crate", "self", "super", "as"})
_LONGEST: Final = 4000


def imports(spans: Iterable[Span], lines: Lines) -> Sequence[str]:
    """Modules as they are written without their ending, their last parts, and every name; each once, in order."""
    names: dict[str, None] = {}
    for start, end in spans:
        names.update(dict.fromkeys(_names(lines.text(start, min(end, start + _LONGEST)))))
    return tuple(names)


def _names(written: str) -> Iterator[str]:
    plain = _ENDING.sub("", written.strip("'\"`<> "))
    words = [word for word in _WORD.findall(plain) if word not in _NOT_NAMES]
    if "{" in plain:
        yield from words
        return
    if words:
        yield plain
    if len(words) > 1 and _VERSION.fullmatch(words[-1]):
        words.pop()
    if words:
        yield words[-1]
