"""The frames of Anthropic's Messages wire.

They are those of the Claude docs, "Streaming messages" (message_start, content_block_start, ping,
content_block_delta, content_block_stop, message_delta, message_stop) and "Claude API errors".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nexy.contracts.completions import FinishReason

# Relative, because the benches read this file from outside the tests.
from .fake_script import Fault, Frames, Script, Wire  # noqa: TID252

__all__ = ["WIRE", "encode"]

_REASONS = {
    FinishReason.STOP: "end_turn",
    FinishReason.LENGTH: "max_tokens",
    FinishReason.TOOL_CALLS: "tool_use",
    FinishReason.CONTENT_FILTER: "refusal",
}
_REFUSALS = {
    Fault.UNAUTHORIZED: (401, "authentication_error", "invalid x-api-key"),
    Fault.BAD_REQUEST: (400, "invalid_request_error", "messages: at least one message is required"),
    Fault.RATE_LIMITED: (429, "rate_limit_error", "This request would exceed your rate limit."),
    Fault.SERVER_ERROR: (500, "api_error", "Internal server error"),
    Fault.OVERLOADED: (529, "overloaded_error", "Overloaded"),
    Fault.REDIRECT: (307, "not_found_error", "moved"),
}


def encode(script: Script) -> Frames:
    """The frames of an undisturbed answer."""
    counted = {"output_tokens": len(script.tokens) + script.thought_tokens}
    closing = [_event("content_block_stop", index=0)]
    for index, call in enumerate(script.tool_calls, start=1):
        block = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        closing.append(_event("content_block_start", index=index, content_block=block))
        closing.append(_input(index, ""))
        closing += [_input(index, piece) for piece in _halves(call.arguments)]
        closing.append(_event("content_block_stop", index=index))
    delta = {"stop_reason": _REASONS[script.reason], "stop_sequence": None}
    closing.append(_event("message_delta", delta=delta, **({"usage": counted} if script.usage else {})))
    tokens = [_event("content_block_delta", index=0, delta=_words(token)) for token in script.tokens]
    return Frames(tokens=[_opening(script), *tokens], closing=[*closing, _event("message_stop")])


def _opening(script: Script) -> bytes:
    """What comes before the first word, a ping included."""
    cached = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": script.cached_tokens}
    fresh = script.prompt_tokens - script.cached_tokens
    usage = {"input_tokens": fresh, **cached, "output_tokens": 1, "service_tier": "standard"}
    message = {"id": "msg_fake", "type": "message", "role": "assistant", "model": script.model, "content": []}
    ending = {"stop_reason": None, "stop_sequence": None, **({"usage": usage} if script.usage else {})}
    block = {"type": "text", "text": ""}
    start = _event("message_start", message={**message, **ending})
    return start + _event("content_block_start", index=0, content_block=block) + _event("ping")


def _words(text: str) -> Mapping[str, str]:
    return {"type": "text_delta", "text": text}


def _halves(text: str) -> Sequence[str]:
    middle = len(text) // 2
    return [piece for piece in (text[:middle], text[middle:]) if piece]


def _input(index: int, piece: str) -> bytes:
    return _event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": piece})


def _event(kind: str, **fields: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode({"type": kind, **fields}))


def _refusal(script: Script) -> Mapping[str, Any]:
    _, kind, message = _REFUSALS[script.fault]
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_fake"}


def _delta(raw: bytes) -> bytes:
    data = b'{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": %s' % raw
    return b"event: content_block_delta\ndata: %s\n\n" % data


WIRE = Wire(
    name="Anthropic messages",
    path="/v1/messages",
    encode=encode,
    statuses={fault: status for fault, (status, _, _) in _REFUSALS.items()},
    refusal=_refusal,
    events={
        Fault.HALF_JSON: _delta(b'"con'),
        Fault.NAN: _delta(b"NaN}}"),
        Fault.INVALID_UTF8: _delta(b'"\xc3\x28\xff"}}'),
        Fault.DEEP_JSON: _delta(b"[" * 500_000),
        Fault.ERROR_EVENT: _event("error", error={"type": "overloaded_error", "message": "Overloaded"}),
        Fault.ENDLESS_COMMENTS: _event("ping"),
        Fault.ENDLESS_EMPTY: _event("content_block_delta", index=0, delta=_words("")),
        Fault.BLANK: _event("content_block_delta", index=0, delta=_words(" \n ")),
    },
)
