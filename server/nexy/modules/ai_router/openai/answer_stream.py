"""From bytes of the wire to words: the protocol of a streamed answer, without a socket."""

from nexy.contracts.errors import NexyError, TooLarge, Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.openai.sse import SseReader
from nexy.modules.ai_router.openai.wire import Spent, decode_frame, decode_identity

_DONE = b"[DONE]"


class AnswerStream:
    """Reads one answer; every failure of the wire is a `NexyError`.

    `max_line_bytes` bounds a line and also how much may come without a word in it;
    `max_answer_bytes` bounds all words together.
    """

    __slots__ = ("_finished", "_left", "_max_silent", "_model", "_provider", "_silent", "_sse", "done", "usage")

    def __init__(self, *, provider: str, model: str, max_line_bytes: int, max_answer_bytes: int) -> None:
        self._provider = provider
        self._model = model
        self._sse = SseReader(max_line_bytes)
        self._max_silent = self._silent = max_line_bytes
        self._left = max_answer_bytes
        self._finished = False
        self.done = False
        self.usage: WordsUsage | None = None

    def feed(self, chunk: bytes) -> str:
        """The words of all events that this chunk completes; empty when there are none yet."""
        words = "".join([self._words_of(data) for data in self._sse.feed(chunk)])
        if not words or words.isspace():
            self._silent -= len(chunk)
            if self._silent < 0:
                raise Unavailable("The language model server sends nothing of use.", code="provider_garbage")
        else:
            self._silent = self._max_silent
        return words

    def check_complete(self) -> None:
        """Raise `Unavailable` when the stream ended before its answer did."""
        if not self._finished:
            raise Unavailable("The language model's answer broke off.", code="provider_died")

    def _words_of(self, data: bytes) -> str:
        if self.done:
            return ""
        if data == _DONE:
            self.done = self._finished = True
            return ""
        try:
            frame = decode_frame(data)
        except (ValueError, RecursionError) as broken:
            raise _garbage() from broken
        if frame.error is not None:
            raise Unavailable("The language model server reported an error.", code="provider_error")
        if frame.usage is not None:
            self._count(frame.usage, data)
        if not frame.choices:
            return ""
        choice = frame.choices[0]
        if choice.finish_reason is not None:
            self._finished = True
        return self._bounded(choice.delta.content) if choice.delta and choice.delta.content else ""

    def _bounded(self, words: str) -> str:
        self._left -= len(words) if words.isascii() else len(words.encode())
        if self._left < 0:
            raise TooLarge("The language model's answer is too long.", code="provider_answer_too_large")
        return words

    def _count(self, spent: Spent, data: bytes) -> None:
        """Keep the newest count: some servers send a running one with every frame."""
        try:
            identity = decode_identity(data)
        except ValueError as broken:
            raise _garbage() from broken
        self.usage = WordsUsage(
            provider=self._provider,
            model=identity.model or self._model,
            input_tokens=max(spent.prompt_tokens or 0, 0),
            output_tokens=max(spent.completion_tokens or 0, 0),
            request_id=identity.id or "",
        )


def _garbage() -> NexyError:
    return Unavailable("The language model server sent what is no answer.", code="provider_garbage")
