"""Answers of providers with another wire, written as the OpenAI wire has them."""

import time
from collections.abc import Sequence

import msgspec

from nexy.contracts.completions import FinishReason, ToolCallDelta
from nexy.contracts.words import WordsUsage
from nexy.transport.http_service.openai.shapes import Call, CalledFunction, Choice, Completion, Reply, Spent

DONE = b"data: [DONE]\n\n"
_encode = msgspec.json.Encoder().encode


class ChunkWriter:
    """The events of one stream; everything but the new words is written once."""

    __slots__ = ("_closing", "_head", "_tail", "_told_role", "_with_usage")

    def __init__(self, request_id: str, model: str, *, with_usage: bool) -> None:
        named = {"id": f"chatcmpl-{request_id}", "object": "chat.completion.chunk", "created": int(time.time())}
        self._head = b"data: " + _encode({**named, "model": model})[:-1] + b',"choices":['
        # With usage asked for, every event has the field, and only the last one a value in it.
        self._closing = b'],"usage":null}\n\n' if with_usage else b"]}\n\n"
        self._tail = b',"logprobs":null,"finish_reason":null}' + self._closing
        self._with_usage = with_usage
        self._told_role = False

    def words(self, text: str) -> bytes:
        """Some more characters."""
        return self._delta(b'"content":' + _encode(text))

    def call(self, delta: ToolCallDelta) -> bytes:
        """A piece of a tool call."""
        function = {"name": delta.name} if delta.name else {}
        named = {"id": delta.id, "type": "function"} if delta.id else {}
        piece = {"index": delta.index, **named, "function": {**function, "arguments": delta.arguments}}
        return self._delta(b'"tool_calls":[' + _encode(piece) + b"]")

    def end(self, reason: FinishReason, calls: Sequence[WordsUsage]) -> bytes:
        """Why it ended, what it used where that was asked for, and the mark of the end."""
        closing = self._head + b'{"index":0,"delta":{},"logprobs":null,"finish_reason":"' + reason.value.encode()
        closing += b'"}' + self._closing
        if self._with_usage:
            closing += self._head + b'],"usage":' + _encode(spent_of(calls)) + b"}\n\n"
        return closing + DONE

    def _delta(self, fields: bytes) -> bytes:
        role = b"" if self._told_role else b'"role":"assistant",'
        self._told_role = True
        return self._head + b'{"index":0,"delta":{' + role + fields + b"}" + self._tail


class Collector:
    """A whole answer out of its pieces."""

    __slots__ = ("_calls", "_texts")

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._calls: dict[int, list[ToolCallDelta]] = {}

    def words(self, text: str) -> None:
        """Some more characters."""
        self._texts.append(text)

    def call(self, delta: ToolCallDelta) -> None:
        """A piece of a tool call."""
        self._calls.setdefault(delta.index, []).append(delta)

    def completion(self, request_id: str, model: str, reason: FinishReason, calls: Sequence[WordsUsage]) -> bytes:
        """The whole body."""
        wanted = [_call(pieces) for _, pieces in sorted(self._calls.items())]
        text = "".join(self._texts)
        reply = Reply(content=text if text or not wanted else None, tool_calls=wanted or msgspec.UNSET)
        return _encode(
            Completion(
                id=f"chatcmpl-{request_id}",
                created=int(time.time()),
                model=model,
                choices=(Choice(message=reply, finish_reason=reason.value),),
                usage=spent_of(calls),
            )
        )


def spent_of(calls: Sequence[WordsUsage]) -> Spent:
    """The tokens of the call that gave the answer."""
    if not calls:
        return Spent(prompt_tokens=0, total_tokens=0)
    last = calls[-1]
    return Spent(
        prompt_tokens=last.input_tokens,
        completion_tokens=last.output_tokens,
        total_tokens=last.input_tokens + last.output_tokens,
    )


def _call(pieces: Sequence[ToolCallDelta]) -> Call:
    return Call(
        id=next((piece.id for piece in pieces if piece.id), ""),
        function=CalledFunction(
            name=next((piece.name for piece in pieces if piece.name), ""),
            arguments="".join(piece.arguments for piece in pieces),
        ),
    )
