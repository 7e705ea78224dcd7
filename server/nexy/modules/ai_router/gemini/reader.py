"""From bytes of the Gemini wire to content: one answer, without a socket."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.exchange.bounds import Bounds
from nexy.modules.ai_router.exchange.dialect import Content
from nexy.modules.ai_router.exchange.failures import died, garbage
from nexy.modules.ai_router.exchange.sse import SseReader
from nexy.modules.ai_router.gemini.errors import failure_in_stream
from nexy.modules.ai_router.gemini.wire import Candidate, Event, FunctionCall, Identity, decode_event, decode_identity

T = TypeVar("T")

_REASONS = {
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.CONTENT_FILTER,
    "RECITATION": FinishReason.CONTENT_FILTER,
    "LANGUAGE": FinishReason.CONTENT_FILTER,
    "BLOCKLIST": FinishReason.CONTENT_FILTER,
    "PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "SPII": FinishReason.CONTENT_FILTER,
    "IMAGE_SAFETY": FinishReason.CONTENT_FILTER,
}
_BROKEN = frozenset(
    ("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
     "MALFORMED_RESPONSE")
)  # fmt: skip


class GeminiReader:
    """Reads one answer; thoughts are passed over. The wire never says that nothing more comes: its last event counts.

    Counts that come before the end are not yet the usage.
    """

    __slots__ = ("_bounds", "_calls", "_model", "_provider", "_reason", "_sse", "usage")

    def __init__(self, *, provider: str, model: str, limits: WordsConfig) -> None:
        self._provider = provider
        self._model = model
        self._sse = SseReader(limits.max_line_bytes)
        self._bounds = Bounds(limits)
        self._calls = 0
        self._reason: FinishReason | None = None
        self.usage: WordsUsage | None = None

    @property
    def done(self) -> bool:
        """Whether the end and the counts have come."""
        return self._reason is not None and self.usage is not None

    def feed(self, chunk: bytes) -> Sequence[Content]:
        """The content that this chunk completes."""
        words: list[str] = []
        calls: list[ToolCallDelta] = []
        for data in self._sse.feed(chunk):
            if self.done:
                break
            event = _decoded(decode_event, data)
            if event.candidates:
                self._take(event.candidates[0], data, words, calls)
            self._end(event, data)
        return self._bounds.admit("".join(words), calls, len(chunk))

    def finish(self) -> Finished:
        """How the answer ended; a call of a tool is no reason of its own on this wire."""
        if self._reason is None:
            raise died()
        called = self._calls and self._reason is FinishReason.STOP
        return Finished(reason=FinishReason.TOOL_CALLS if called else self._reason)

    def _take(self, candidate: Candidate, data: bytes, words: list[str], calls: list[ToolCallDelta]) -> None:
        for part in (candidate.content.parts or ()) if candidate.content is not None else ():
            if part.text is not None and not part.thought:
                words.append(part.text)
            elif part.function_call is not None:
                calls.append(self._call(part.function_call, data))
        if candidate.finish_reason is not None:
            self._reason = _reason_of(candidate.finish_reason)

    def _call(self, call: FunctionCall, data: bytes) -> ToolCallDelta:
        index = self._calls
        self._calls += 1
        made = f"{_decoded(decode_identity, data).response_id or 'call'}-{index}" if not call.id else call.id
        try:
            arguments = bytes(call.args).decode()
        except ValueError as broken:
            raise garbage() from broken
        return ToolCallDelta(index=index, id=made, name=call.name, arguments="{}" if arguments == "null" else arguments)

    def _end(self, event: Event, data: bytes) -> None:
        """Look for what ends an answer: an error, a blocked question, or the counts of one that has its reason."""
        if event.error is not None:
            raise failure_in_stream(event.error)
        if event.prompt_feedback is not None and event.prompt_feedback.block_reason is not None:
            self._reason = FinishReason.CONTENT_FILTER
        if self._reason is not None:
            self._count(_decoded(decode_identity, data))

    def _count(self, identity: Identity) -> None:
        counted = identity.usage_metadata
        if counted is None or counted.prompt_token_count is None:
            return
        self.usage = WordsUsage(
            provider=self._provider,
            model=identity.model_version or self._model,
            input_tokens=_sum(counted.prompt_token_count, counted.tool_use_prompt_token_count),
            output_tokens=_sum(counted.candidates_token_count, counted.thoughts_token_count),
            cache_read_tokens=min(_sum(counted.cached_content_token_count), _sum(counted.prompt_token_count)),
            request_id=identity.response_id or "",
        )


def _reason_of(name: str) -> FinishReason:
    if name in _BROKEN:
        raise Unavailable("The language model lost its thread.", code="provider_error")
    return _REASONS.get(name, FinishReason.STOP)


def _sum(*counts: int | None) -> int:
    return sum(max(count or 0, 0) for count in counts)


def _decoded(decode: Callable[[bytes], T], data: bytes) -> T:
    try:
        return decode(data)
    except (ValueError, RecursionError) as broken:
        raise garbage() from broken
