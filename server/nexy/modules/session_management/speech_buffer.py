"""Partial speech-to-text that waits for its COMMIT."""

import unicodedata
from collections import OrderedDict
from dataclasses import dataclass, field

from nexy.config.sections import SessionsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import StreamLimitExceeded, TooLarge

_ENDS_A_WORD = frozenset(".,!?;:…)]}»”")


def merge_speech(buffered: str, new: str) -> str:
    """The buffered words followed by the new ones.

    A new piece that begins with everything buffered, ending there at a word boundary, is a snapshot and
    replaces it. Anything else is appended whole, because guessing at overlaps loses words.
    """
    old = unicodedata.normalize("NFC", buffered)
    piece = unicodedata.normalize("NFC", new)
    if not old.strip() or _is_snapshot(old.strip(), piece.strip()):
        return piece
    if not piece.strip():
        return old
    if old[-1].isspace() or piece[0].isspace():
        return f"{old.rstrip()} {piece.lstrip()}"
    words_touch = _is_word(piece[0]) and (_is_word(old[-1]) or old[-1] in _ENDS_A_WORD)
    return f"{old} {piece}" if words_touch else old + piece


def _is_snapshot(old: str, piece: str) -> bool:
    following = piece[len(old) : len(old) + 1]
    return piece.startswith(old) and not (_is_word(old[-1]) and _is_word(following))


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char in "_'’" or unicodedata.category(char).startswith("M"))


@dataclass(slots=True)
class _Buffer:
    text: str = ""
    last_seq: int = -1
    touched: float = field(default=0.0)


class SpeechBuffers:
    """Buffers by (hardware_id, session_id), bounded in number, size and age."""

    def __init__(self, section: SessionsConfig, clock: Clock) -> None:
        self._section = section
        self._clock = clock
        self._buffers: OrderedDict[tuple[str, str], _Buffer] = OrderedDict()

    def collect(self, hardware_id: str, session_id: str, chunk_seq: int, text: str) -> None:
        """Merge one piece; a sequence that is not newer is dropped, 0 repeats only while all were 0.

        Raises `TooLarge` when the buffer would exceed its bound (it is kept as it was) and
        `StreamLimitExceeded` when too many sessions collect at once.
        """
        self._expire()
        key = (hardware_id, session_id)
        buffer = self._buffers.get(key) or _Buffer()
        if chunk_seq <= buffer.last_seq and not (chunk_seq == 0 and buffer.last_seq == 0):
            return
        merged = merge_speech(buffer.text, text)
        if len(merged) > self._section.buffer_max_characters:
            raise TooLarge(
                f"chunk_text: more than {self._section.buffer_max_characters} characters collected without a COMMIT",
                field="chunk_text",
            )
        if key not in self._buffers and len(self._buffers) >= self._section.max_buffers:
            raise StreamLimitExceeded("too many sessions collect speech at once", retry_after_seconds=1)
        self._buffers[key] = _Buffer(text=merged, last_seq=chunk_seq, touched=self._clock.monotonic())
        self._buffers.move_to_end(key)

    def take(self, hardware_id: str, session_id: str, text: str) -> str:
        """Everything collected, merged with the last words; the buffer is gone."""
        self._expire()
        buffer = self._buffers.pop((hardware_id, session_id), None)
        return merge_speech(buffer.text if buffer else "", text).strip()

    def count(self) -> int:
        """How many buffers wait."""
        return len(self._buffers)

    def _expire(self) -> None:
        oldest_allowed = self._clock.monotonic() - self._section.buffer_ttl_seconds
        while self._buffers:
            key, buffer = next(iter(self._buffers.items()))
            if buffer.touched > oldest_allowed:
                return
            del self._buffers[key]
