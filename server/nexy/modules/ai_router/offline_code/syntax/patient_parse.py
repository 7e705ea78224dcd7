"""A parse that lets other threads run and comes to an end."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

# The parser holds the interpreter from one piece to the next: half a megabyte in one piece would hold it for seconds.
_PIECE_BYTES = 256
_MOST_SECONDS = 0.75


class _Pieces:
    """The source, piece by piece; after too long it pretends to end, since a parser cannot be stopped."""

    __slots__ = ("_ends", "_source", "gave_up", "parsing")

    def __init__(self, source: bytes, seconds: float) -> None:
        self._source = source
        self._ends = time.thread_time() + seconds
        self.parsing = True
        self.gave_up = False

    def __call__(self, offset: int, _: object) -> bytes:
        if self.parsing and time.thread_time() > self._ends:
            self.gave_up = True
            return b""
        return self._source[offset : offset + _PIECE_BYTES]


def parse_within(grammar: "Language", source: bytes, seconds: float = _MOST_SECONDS) -> "Node | None":
    """The root; None for code that takes more than this processor time (what fits a grammar takes a tenth of it)."""
    from tree_sitter import Parser

    pieces = _Pieces(source, seconds)
    root = Parser(grammar).parse(pieces).root_node
    pieces.parsing = False
    return None if pieces.gave_up else root
