"""From bytes of the Messages wire to content: one answer, without a socket."""

from collections.abc import Sequence

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.anthropic.errors import failure_in_stream
from nexy.modules.ai_router.anthropic.wire import Block, Counted, Event, Opening, decode_event
from nexy.modules.ai_router.exchange.bounds import Bounds
from nexy.modules.ai_router.exchange.dialect import Content
from nexy.modules.ai_router.exchange.failures import died, garbage
from nexy.modules.ai_router.exchange.sse import SseReader

_REASONS = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "refusal": FinishReason.CONTENT_FILTER,
}


class MessageReader:
    """Reads one answer; thoughts, pings and events of a later day are passed over.

    The output is counted at the end of a message, so before that there is no usage.
    """

    __slots__ = (
        "_bare", "_bounds", "_calls", "_counted", "_model", "_opening",
        "_provider", "_reason", "_sse", "_whole", "done",
    )  # fmt: skip

    def __init__(self, *, provider: str, model: str, limits: WordsConfig) -> None:
        self._provider = provider
        self._model = model
        self._sse = SseReader(limits.max_line_bytes)
        self._bounds = Bounds(limits)
        self._calls: dict[int, int] = {}
        self._bare: set[int] = set()
        self._opening = Opening()
        self._counted = Counted()
        self._whole = False
        self._reason: str | None = None
        self.done = False

    @property
    def usage(self) -> WordsUsage | None:
        """The tokens of the whole message, those read from or written into the cache included."""
        if not self._whole:
            return None
        counted = self._counted
        inputs = (counted.input_tokens, counted.cache_creation_input_tokens, counted.cache_read_input_tokens)
        return WordsUsage(
            provider=self._provider,
            model=self._opening.model or self._model,
            input_tokens=sum(max(tokens or 0, 0) for tokens in inputs),
            cache_read_tokens=max(counted.cache_read_input_tokens or 0, 0),
            cache_write_tokens=max(counted.cache_creation_input_tokens or 0, 0),
            output_tokens=max(counted.output_tokens or 0, 0),
            request_id=self._opening.id or "",
        )

    def feed(self, chunk: bytes) -> Sequence[Content]:
        """The content that this chunk completes."""
        words: list[str] = []
        calls: list[ToolCallDelta] = []
        for data in self._sse.feed(chunk):
            if self.done:
                break
            event = _decoded(data)
            if event.delta is not None and event.delta.text is not None:
                words.append(event.delta.text)
            else:
                self._other(event, words, calls)
        return self._bounds.admit("".join(words), calls, len(chunk))

    def finish(self) -> Finished:
        """How the answer ended."""
        if self._reason is None and not self.done:
            raise died()
        return Finished(reason=_REASONS.get(self._reason or "", FinishReason.STOP))

    def _other(self, event: Event, words: list[str], calls: list[ToolCallDelta]) -> None:
        match event.type:
            case "content_block_delta" if event.delta is not None and event.delta.partial_json:
                self._argue(event.index, event.delta.partial_json, calls)
            case "content_block_stop" if event.index in self._bare:
                self._argue(event.index, "{}", calls)
            case "content_block_start" if event.content_block is not None:
                self._block(event.index, event.content_block, words, calls)
            case "message_start" if event.message is not None:
                self._opening = event.message
                self._count(event.message.usage)
            case "message_delta":
                self._ending(event)
            case "message_stop":
                self.done = True
            case "error":
                raise failure_in_stream(event.error)

    def _block(self, index: int, block: Block, words: list[str], calls: list[ToolCallDelta]) -> None:
        if block.type == "tool_use":
            number = self._calls[index] = len(self._calls)
            self._bare.add(index)
            calls.append(ToolCallDelta(index=number, id=block.id, name=block.name))
        elif block.type == "text" and block.text:
            words.append(block.text)

    def _argue(self, index: int, arguments: str, calls: list[ToolCallDelta]) -> None:
        """More arguments; a call that needs none has none on this wire, where others write an empty object."""
        if index in self._calls:
            self._bare.discard(index)
            calls.append(ToolCallDelta(index=self._calls[index], arguments=arguments))

    def _ending(self, event: Event) -> None:
        if event.delta is not None and event.delta.stop_reason is not None:
            self._reason = event.delta.stop_reason
        if event.usage is not None:
            self._count(event.usage)
            self._whole |= event.usage.output_tokens is not None

    def _count(self, counted: Counted | None) -> None:
        """Take over what is said; a later event repeats only some of the counts."""
        for name in Counted.__struct_fields__ if counted is not None else ():
            tokens = getattr(counted, name)
            if tokens is not None:
                setattr(self._counted, name, tokens)


def _decoded(data: bytes) -> Event:
    try:
        return decode_event(data)
    except (ValueError, RecursionError) as broken:
        raise garbage() from broken
