"""A parse that lets other threads run and comes to an end."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

# The parser holds the interpreter from one piece to the next: half a megabyte in one piece would hold it for seconds.
_PIECE_BYTES = 256


def parse_within(grammar: "Language", source: bytes, seconds: float, piece_bytes: int = _PIECE_BYTES) -> "Tree | None":
    """The tree; None for code that takes more than so many seconds of this thread's processor time.

    With more bytes to a piece it is faster, and other threads wait longer.
    """
    from tree_sitter import Parser

    ends = time.thread_time() + seconds

    def piece(offset: int, _: object) -> bytes:
        return source[offset : offset + piece_bytes]

    def is_late(*_: object) -> bool:
        return time.thread_time() > ends

    try:
        return Parser(grammar).parse(piece, progress_callback=is_late)
    except ValueError:
        return None
