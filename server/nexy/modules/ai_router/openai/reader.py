"""From bytes of the wire to words and tool calls: the protocol of a streamed answer, without a socket."""

from collections.abc import Sequence

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.exchange.bounds import Bounds
from nexy.modules.ai_router.exchange.dialect import Content
from nexy.modules.ai_router.exchange.failures import died, garbage
from nexy.modules.ai_router.exchange.sse import SseReader
from nexy.modules.ai_router.openai.wire import (
    Frame,
    Spent,
    ToolCallFrame,
    decode_frame,
    decode_identity,
    finish_reason,
    usage_of,
)

_DONE = b"[DONE]"


class OpenAiReader:
    """Reads one answer, within the configured bounds; every failure of the wire is a `NexyError`."""

    __slots__ = ("_bounds", "_ended", "_model", "_provider", "_sse", "done", "usage")

    def __init__(self, *, provider: str, model: str, limits: WordsConfig) -> None:
        self._provider = provider
        self._model = model
        self._sse = SseReader(limits.max_line_bytes)
        self._bounds = Bounds(limits)
        self._ended: FinishReason | None = None
        self.done = False
        self.usage: WordsUsage | None = None

    def feed(self, chunk: bytes) -> Sequence[Content]:
        """The content of all events that this chunk completes; empty when there is none yet."""
        words: list[str] = []
        calls: list[ToolCallDelta] = []
        for data in self._sse.feed(chunk):
            if self.done:
                break
            self._read(data, words, calls)
        return self._bounds.admit("".join(words), calls, len(chunk))

    def finish(self) -> Finished:
        """Why the answer ended; raises `Unavailable` when the stream ended before its answer did."""
        if self._ended is None and not self.done:
            raise died()
        return Finished(reason=self._ended or FinishReason.STOP)

    def _read(self, data: bytes, words: list[str], calls: list[ToolCallDelta]) -> None:
        if data == _DONE:
            self.done = True
            return
        frame = decoded(data)
        if frame.usage is not None:
            self._count(frame.usage, data)
        if not frame.choices:
            return
        choice = frame.choices[0]
        if choice.finish_reason is not None:
            self._ended = finish_reason(choice.finish_reason)
        if (delta := choice.delta) is not None:
            if text := delta.content or delta.refusal:
                words.append(text)
            if delta.tool_calls:
                calls += [_call_of(call, at) for at, call in enumerate(delta.tool_calls)]

    def _count(self, spent: Spent, data: bytes) -> None:
        """Keep the newest count: some servers send a running one with every frame."""
        try:
            identity = decode_identity(data)
        except ValueError as broken:
            raise garbage() from broken
        self.usage = usage_of(spent, identity, provider=self._provider, model=self._model)


def decoded(data: bytes) -> Frame:
    """One event's frame; raises for what is none, and for an error that the server reports in its stream."""
    try:
        frame = decode_frame(data)
    except (ValueError, RecursionError) as broken:
        raise garbage() from broken
    if frame.error is not None:
        raise Unavailable("The language model server reported an error.", code="provider_error")
    return frame


def _call_of(call: ToolCallFrame, at: int) -> ToolCallDelta:
    """Servers that send every call whole leave its index out."""
    function = call.function
    return ToolCallDelta(
        index=at if call.index is None else call.index,
        id=call.id or "",
        name=(function.name or "") if function else "",
        arguments=(function.arguments or "") if function else "",
    )
