"""An answer that is passed on in one piece: it was not asked for as a stream."""

from typing import Any

import msgspec

from nexy.contracts.completions import Finished, FinishReason
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.exchange.failures import garbage
from nexy.modules.ai_router.openai.wire import Identity, Spent, finish_reason, usage_of


class _Said(msgspec.Struct, gc=False):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[Any] | None = None
    function_call: Any = None


class _Answer(msgspec.Struct, gc=False):
    message: _Said
    finish_reason: str | None = None


class _Completion(msgspec.Struct, gc=False):
    choices: list[_Answer] | None = None
    id: str | None = None
    model: str | None = None
    usage: Spent | None = None
    error: Any = None


_decode = msgspec.json.Decoder(_Completion).decode


class PassedWhole:
    """Collects the body, gives it out once it is known to be an answer."""

    __slots__ = ("_body", "_ended", "_max_bytes", "_model", "_provider", "done", "usage")

    def __init__(self, *, provider: str, model: str, max_bytes: int) -> None:
        self._provider = provider
        self._model = model
        self._max_bytes = max_bytes
        self._body = bytearray()
        self._ended = FinishReason.STOP
        self.done = False
        self.usage: WordsUsage | None = None

    def feed(self, chunk: bytes) -> bytes:
        """Nothing yet."""
        self._body += chunk
        if len(self._body) > self._max_bytes:
            raise TooLarge("The language model's answer is too long.", code="provider_answer_too_large")
        return b""

    def rest(self) -> bytes:
        """The body as it came; nothing where the answer in it is empty."""
        body = bytes(self._body)
        try:
            told = _decode(body)
        except (ValueError, RecursionError) as broken:
            raise garbage() from broken
        if told.error is not None:
            raise Unavailable("The language model server reported an error.", code="provider_error")
        if not told.choices:
            raise garbage()
        if told.usage is not None:
            identity = Identity(id=told.id, model=told.model)
            self.usage = usage_of(told.usage, identity, provider=self._provider, model=self._model)
        self._ended = finish_reason(told.choices[0].finish_reason or "")
        return body if any(_speaks(one) for one in told.choices) else b""

    def finish(self) -> Finished:
        """Why it ended."""
        return Finished(reason=self._ended)


def _speaks(answer: _Answer) -> bool:
    said = answer.message
    spoken = (said.content or said.refusal or "").strip() or said.tool_calls or said.function_call
    return bool(spoken) or finish_reason(answer.finish_reason or "") is not FinishReason.STOP
