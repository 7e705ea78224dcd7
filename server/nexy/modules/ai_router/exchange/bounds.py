"""How much a streamed answer may hold, and how much may come without any of it."""

from collections.abc import Sequence

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import ToolCallDelta
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.contracts.words import WordsDelta
from nexy.modules.ai_router.exchange.dialect import Content


class Bounds:
    """Counts the bytes of one answer.

    `max_line_bytes` bounds what may come between two pieces of content, `max_answer_bytes` all content together.
    """

    __slots__ = ("_left", "_max_silent", "_silent")

    def __init__(self, limits: WordsConfig) -> None:
        self._max_silent = self._silent = limits.max_line_bytes
        self._left = limits.max_answer_bytes

    def admit(self, words: str, calls: Sequence[ToolCallDelta], received: int) -> Sequence[Content]:
        """What one chunk of `received` bytes brought, as content.

        Raises `TooLarge` when that is too much, `Unavailable` when nothing of use comes; blanks alone are not.
        """
        for call in calls:
            self._spend(call.arguments or call.name or call.id or " ")
        if calls or (words and not words.isspace()):
            self._silent = self._max_silent
        else:
            self._wait(received)
        if not words:
            return calls
        self._spend(words)
        return [WordsDelta(text=words), *calls]

    def _spend(self, content: str) -> None:
        self._left -= len(content) if content.isascii() else len(content.encode("utf-8", "replace"))
        if self._left < 0:
            raise TooLarge("The language model's answer is too long.", code="provider_answer_too_large")

    def _wait(self, received: int) -> None:
        self._silent -= received
        if self._silent < 0:
            raise Unavailable("The language model server sends nothing of use.", code="provider_garbage")
