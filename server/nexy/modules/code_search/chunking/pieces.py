"""A piece of code with its comments, its calls and its names."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from nexy.modules.code_search.chunking.lines import Lines
from nexy.modules.code_search.chunking.parsing import Mentions, Span
from nexy.modules.code_search.chunking.segments import Segment
from nexy.modules.code_search.model import Chunk, ChunkKind

# Signs that begin or end a comment; blanks without line breaks, so that empty lines cost nothing.
_MARKS: Final = re.compile(
    r"""^[ \t]*(?:[rRbBuUfF]{0,2}(?:\"{3}|'{3}|"|')|\#+!?|/{2,}!?|/\*+!?|\*+/|\*(?=[ \t\r\n]|$)|;+)[ \t]?"""
    r"""|(?:\*{1,3}/|\"{3}|'{3})(?=[ \t\r]*$)""",
    re.MULTILINE,
)


class Pieces:
    """Makes chunks of rows of one file."""

    def __init__(self, lines: Lines, found: Mentions) -> None:
        self._lines = lines
        self._comments = _apart(found.comments)
        self._ends = [end for _, end in self._comments]
        self._calls = found.calls
        self._assigned = found.assigned

    def chunk(self, segment: Segment, first: int, last: int) -> Chunk:
        """The rows as a chunk; only where the owner begins it has its name and its signature."""
        start, end = self._lines.span(first, last)
        owner = segment.owner
        begins = owner is not None and segment.is_head and first == segment.first
        comment, code = self._parted(start, end)
        symbol = owner.symbol if owner else ""
        definition = owner.definition if owner and begins else None
        return Chunk(
            kind=owner.kind if owner else ChunkKind.MODULE,
            symbol=symbol,
            name=definition.name if definition and not definition.is_part else "",
            start_line=first + 1,
            end_line=last + 1,
            content=self._lines.text(start, end),
            signature=definition.signature if definition else "",
            comment=comment,
            code=code,
            calls=self._called(start, end, symbol),
            assigns=() if owner else tuple(self._names(self._assigned, start, end)),
        )

    def _parted(self, start: int, end: int) -> tuple[str, str]:
        """Comments without their marks, and the rest."""
        text, comments, code, at = self._lines.text, [], [], start
        for begins, ends in self._within(start, end):
            comments.append(text(begins, ends))
            code.append(text(at, begins))
            at = ends
        code.append(text(at, end))
        said = _MARKS.sub("", "\n".join(comments)).strip() if comments else ""
        return said, "".join(code).strip()

    def _within(self, start: int, end: int) -> Iterator[Span]:
        for index in range(bisect_right(self._ends, start), len(self._comments)):
            begins, ends = self._comments[index]
            if begins >= end:
                return
            yield max(begins, start), min(ends, end)

    def _called(self, start: int, end: int, symbol: str) -> Sequence[str]:
        names = self._names(self._calls, start, end)
        names.pop(symbol.rpartition(".")[2], None)
        return tuple(names)

    def _names(self, spans: Sequence[Span], start: int, end: int) -> dict[str, None]:
        """What stands in those of the spans that begin within, each once and in order."""
        low = bisect_left(spans, (start, 0))
        high = bisect_left(spans, (end, 0), low)
        return dict.fromkeys(self._lines.text(*spans[index]) for index in range(low, high))


def _apart(spans: Sequence[Span]) -> Sequence[Span]:
    """The spans without those that begin in another."""
    apart: list[Span] = []
    for span in spans:
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart
