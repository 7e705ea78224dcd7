"""Cuts text into pieces while it arrives."""

import re
from collections.abc import Sequence

from nexy.config.sections import SentencesConfig
from nexy.modules.text_filtering.boundaries import (
    NOT_HERE,
    UNDECIDED,
    after_clause,
    after_stop,
    has_word,
    overflow_end,
)
from nexy.modules.text_filtering.fences import FenceTracker
from nexy.modules.text_filtering.pauses import pause_end

_LINES = re.compile(r"\n")
_STOPS = re.compile(r"[.!?…]+|\n")
_STOPS_AND_CLAUSES = re.compile(r"[.!?…]+|[\n,;:—–-]")
_HEADING = re.compile(r"\s*#{1,6}\s")
_INK = re.compile(r"\S")
_AFTER_STOP = " \t\r\n)]}\"'»”’״*_`~"


class SentenceCutter:
    """The cutter of one turn: joined, its pieces are exactly what was fed, and none is empty.

    A piece ends as soon as the characters seen decide it: a newline, `!` and `?` with a space at once, a full stop
    with the character after the space. Space after a sentence belongs to it. While there was no `release`, the
    pieces do not depend on how the text was chunked.
    """

    def __init__(self, section: SentencesConfig) -> None:
        self._max = section.max_piece_characters
        self._min_words = section.first_piece_min_words
        self._buffer = ""
        # Where the first mark stands that is still undecided; -1 when all of the buffer is judged.
        self._pending = -1
        self._marks = _STOPS_AND_CLAUSES
        self._is_first = True
        self._opens_sentence = True
        self._fence = FenceTracker()

    @property
    def holds_text(self) -> bool:
        """Whether something was fed that no piece has carried yet."""
        return bool(self._buffer)

    def feed(self, text: str) -> Sequence[str]:
        """The pieces that `text` completes, mostly none."""
        known = len(self._buffer)
        self._buffer += text
        if self._pending < 0:
            if known + len(text) <= self._max and self._marks.search(text) is None:
                return ()
            return self._cut_from(known)
        return self._cut_from(self._pending)

    def release(self) -> Sequence[str]:
        """The piece that a pause sets free, if any; half a clause stays."""
        if self._fence.covers(self._buffer):
            return ()
        end = pause_end(self._buffer, self._min_words)
        if not end:
            return ()
        piece, self._buffer = self._buffer[:end], self._buffer[end:]
        self._pending = 0 if self._buffer else -1
        self._settle(piece)
        return (piece,)

    def finish(self) -> Sequence[str]:
        """What is left when the text has ended."""
        piece, self._buffer, self._pending = self._buffer, "", -1
        return (piece,) if piece else ()

    def _cut_from(self, at: int) -> Sequence[str]:
        """All pieces that are decided, judging marks from `at` on."""
        buffer, start = self._buffer, 0
        pieces: list[str] = []
        while end := self._next_end(start, at):
            piece = buffer[start:end]
            pieces.append(piece)
            self._settle(piece)
            start = at = end
        if start:
            self._buffer = buffer[start:]
            if self._pending >= 0:
                self._pending -= start
        return pieces

    def _next_end(self, start: int, at: int) -> int:
        """Where the piece that begins at `start` ends, or `NOT_HERE` while that is open."""
        # Judgements see no more than a piece may hold: else a late one would depend on the chunking.
        limit = min(len(self._buffer), start + self._max)
        self._pending = -1
        for mark in self._marks.finditer(self._buffer, at, limit):
            end = self._judge(mark, start, limit)
            if end > 0:
                return end
            if end == UNDECIDED:
                self._pending = mark.start()
                break
        if len(self._buffer) - start > self._max:
            return overflow_end(self._buffer, start, limit)
        return NOT_HERE

    def _judge(self, mark: "re.Match[str]", start: int, limit: int) -> int:
        at = mark.start()
        char = self._buffer[at]
        if char == "\n":
            return at + 1 if _INK.search(self._buffer, start, at) else NOT_HERE
        if mark.end() == limit:
            return UNDECIDED
        if self._is_verbatim(start, at):
            return NOT_HERE
        if char in ".!?…":
            return after_stop(self._buffer, start, mark, limit, opens_sentence=self._opens_sentence)
        return after_clause(self._buffer, start, at, limit, self._min_words)

    def _is_verbatim(self, start: int, at: int) -> bool:
        """Whether only a newline ends the piece: code, and headings ("## 1. What? Why!")."""
        head = self._buffer[start:at]
        if self._fence.covers(head) or head.count("`") % 2:
            return True
        return self._opens_sentence and "#" in head and _HEADING.match(head) is not None

    def _settle(self, piece: str) -> None:
        """Remember of a finished piece what the judgement of the next one needs."""
        self._fence.take(piece)
        if self._is_first and has_word(piece, 0, len(piece)):
            self._is_first = False
        self._opens_sentence = piece[-1] == "\n" or piece.rstrip(_AFTER_STOP)[-1:] in ".!?…"
        if self._fence.is_open:
            self._marks = _LINES
        else:
            self._marks = _STOPS_AND_CLAUSES if self._is_first else _STOPS
