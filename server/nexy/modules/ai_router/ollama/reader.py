"""From lines of Ollama's wire to words and tool calls, without a socket."""

from collections.abc import Sequence

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.exchange.bounds import Bounds
from nexy.modules.ai_router.exchange.dialect import Content
from nexy.modules.ai_router.exchange.failures import died, garbage
from nexy.modules.ai_router.exchange.ndjson import LineReader
from nexy.modules.ai_router.ollama.wire import Line, ToolCallLine, decode_line


class OllamaReader:
    """Reads one answer, within the configured bounds; thoughts are passed over."""

    __slots__ = ("_bounds", "_calls", "_ended", "_lines", "_model", "_provider", "usage")

    def __init__(self, *, provider: str, model: str, limits: WordsConfig) -> None:
        self._provider = provider
        self._model = model
        self._lines = LineReader(limits.max_line_bytes)
        self._bounds = Bounds(limits)
        self._ended: FinishReason | None = None
        self._calls = 0
        self.usage: WordsUsage | None = None

    @property
    def done(self) -> bool:
        """Whether the last line has come."""
        return self._ended is not None

    def feed(self, chunk: bytes) -> Sequence[Content]:
        """The content of all lines that this chunk completes; empty when there is none yet."""
        words: list[str] = []
        calls: list[ToolCallDelta] = []
        for line in self._lines.feed(chunk):
            if self._ended is not None:
                break
            self._read(line, words, calls)
        return self._bounds.admit("".join(words), calls, len(chunk))

    def finish(self) -> Finished:
        """Why it ended, also where no line break ends the last line; raises `Unavailable` where that is missing."""
        if self._ended is None and (last := self._lines.rest()):
            self._read(last, [], [])
        if self._ended is None:
            raise died()
        return Finished(reason=self._ended)

    def _read(self, data: bytes, words: list[str], calls: list[ToolCallDelta]) -> None:
        line = _decoded(data)
        if (said := line.message) is not None:
            if said.content:
                words.append(said.content)
            if said.tool_calls:
                calls += [self._call_of(call) for call in said.tool_calls]
        if line.done:
            self._end(line)

    def _call_of(self, call: ToolCallLine) -> ToolCallDelta:
        """Calls come whole; older versions give them no id, the other wires want one."""
        at = self._calls
        self._calls += 1
        arguments = bytes(call.function.arguments).decode("utf-8", "replace")
        return ToolCallDelta(index=at, id=call.id or f"call_{at}", name=call.function.name, arguments=arguments)

    def _end(self, line: Line) -> None:
        if line.done_reason == "length":
            self._ended = FinishReason.LENGTH
        else:
            self._ended = FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP
        if line.prompt_eval_count is None and line.eval_count is None:
            return
        self.usage = WordsUsage(
            provider=self._provider,
            model=line.model or self._model,
            input_tokens=max(line.prompt_eval_count or 0, 0),
            output_tokens=max(line.eval_count or 0, 0),
        )


def _decoded(data: bytes) -> Line:
    try:
        line = decode_line(data)
    except (ValueError, RecursionError) as broken:
        raise garbage() from broken
    if line.error is not None:
        raise Unavailable("The language model server reported an error.", code="provider_error")
    return line
