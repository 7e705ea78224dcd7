"""A text as bytes with the rows that tree-sitter counts."""

from bisect import bisect_right
from itertools import accumulate
from typing import Final

CODEC: Final = "utf-8"
# Halves of a surrogate pair come from broken files; they are cut like any other text.
ERRORS: Final = "surrogatepass"


class Lines:
    """The rows of a text, counted from 0 and parted by line feeds only; `source` is the text in UTF-8."""

    __slots__ = ("rows", "source", "starts")

    def __init__(self, text: str) -> None:
        self.source = text.encode(CODEC, ERRORS)
        self.rows = self.source.split(b"\n")
        self.starts = [0, *accumulate(len(row) + 1 for row in self.rows)]

    def row_of(self, offset: int) -> int:
        """The row that a byte stands in."""
        return min(bisect_right(self.starts, offset), len(self.rows)) - 1

    def last_row_of(self, start: int, end: int) -> int:
        """The row of the last byte before `end`; a line feed at the end does not count."""
        return self.row_of(max(start, end - 1))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where rows begin and end, in bytes, without the last line feed."""
        return self.starts[first], self.starts[last + 1] - 1

    def text(self, start: int, end: int) -> str:
        """What stands between two bytes; a character that the bounds cut in two is shown as unknown."""
        part = self.source[start:end]
        try:
            return part.decode(CODEC, ERRORS)
        except UnicodeDecodeError:
            return part.decode(CODEC, "replace")

    def is_blank(self, row: int) -> bool:
        """Whether nothing but blanks stands in it."""
        return not self.rows[row].strip()

    def trimmed(self, first: int, last: int) -> tuple[int, int] | None:
        """The rows without blank ones at both ends; None where all are blank."""
        while first <= last and self.is_blank(first):
            first += 1
        while first <= last and self.is_blank(last):
            last -= 1
        return (first, last) if first <= last else None
