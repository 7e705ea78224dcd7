"""The frames of the OpenAI wire.

They are those of the OpenAI API Reference, "Chat Completions: Streaming" (the object
`chat.completion.chunk`, `stream_options.include_usage`, the closing `data: [DONE]`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

# Relative, because the benches read this file from outside the tests.
from .fake_script import Fault, Frames, Script, Wire  # noqa: TID252

__all__ = ["WIRE", "Fault", "Frames", "Script", "completion", "encode"]


def encode(script: Script) -> Frames:
    """The frames of an undisturbed answer."""
    tokens = [_frame(script, choices=[_choice({"role": "assistant", "content": ""})])]
    tokens += [_frame(script, choices=[_choice({"content": token})]) for token in script.tokens]
    tokens += [_frame(script, choices=[_choice(delta)]) for delta in _calls(script)]
    closing = [_frame(script, choices=[_choice({}, finish_reason=script.reason)])]
    if script.usage:
        spent = {"prompt_tokens": script.prompt_tokens, "completion_tokens": len(script.tokens)}
        closing.append(_frame(script, choices=[], usage={**spent, "total_tokens": sum(spent.values())}))
    return Frames(tokens=tokens, closing=[*closing, b"data: [DONE]\n\n"])


def _calls(script: Script) -> Sequence[Mapping[str, Any]]:
    """Each call in two pieces: who is called, then with what."""
    deltas: list[Mapping[str, Any]] = []
    for index, call in enumerate(script.tool_calls):
        head = {"index": index, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
        deltas.append({"tool_calls": [head]})
        deltas.append({"tool_calls": [{"index": index, "function": {"arguments": call.arguments}}]})
    return deltas


def _choice(delta: Mapping[str, Any], finish_reason: str | None = None) -> Mapping[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _frame(script: Script, *, choices: Sequence[Any], usage: Any = None) -> bytes:
    head = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1700000000, "model": script.model}
    rest = {"service_tier": "default", "system_fingerprint": "fp_fake", "choices": choices, "usage": usage}
    return b"data: " + msgspec.json.encode({**head, **rest}) + b"\n\n"


def completion(script: Script) -> bytes:
    """The same answer in one piece ("Chat Completions", the object `chat.completion`)."""
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in script.tool_calls
    ]
    message = {"role": "assistant", "content": script.answer or None, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": {**message, **({"tool_calls": calls} if calls else {})}, "logprobs": None}
    head = {"id": "chatcmpl-fake", "object": "chat.completion", "created": 1700000000, "model": script.model}
    spent = {"prompt_tokens": script.prompt_tokens, "completion_tokens": len(script.tokens)}
    usage = {**spent, "total_tokens": sum(spent.values())} if script.usage else None
    return msgspec.json.encode({**head, "choices": [{**choice, "finish_reason": script.reason}], "usage": usage})


def _refusal(script: Script) -> Mapping[str, Any]:
    """The error object; its sentence repeats what was asked, as the real ones do."""
    if script.fault is Fault.NOT_FOUND:
        told = f"The model `{script.model}` does not exist or you do not have access to it."
        return {"error": _error(told, "model_not_found")}
    if script.fault is Fault.BAD_REQUEST:
        told = "This model's maximum context length is 8192 tokens. Please reduce the length of the messages."
        return {"error": _error(told, "context_length_exceeded") | {"param": "messages"}}
    return {"error": _error("no", None)}


def _error(message: str, code: str | None) -> dict[str, Any]:
    return {"message": message, "type": "invalid_request_error", "param": None, "code": code}


WIRE = Wire(
    name="OpenAI chat completions",
    path="/v1/chat/completions",
    base="/v1",
    encode=encode,
    statuses={
        Fault.UNAUTHORIZED: 401,
        Fault.BAD_REQUEST: 400,
        Fault.NOT_FOUND: 404,
        Fault.RATE_LIMITED: 429,
        Fault.SERVER_ERROR: 500,
        Fault.OVERLOADED: 503,
        Fault.REDIRECT: 307,
    },
    refusal=_refusal,
    events={
        Fault.HALF_JSON: b'data: {"choices": [{"index": 0, "delta": {"con\n\n',
        Fault.NAN: b'data: {"choices": NaN}\n\n',
        Fault.INVALID_UTF8: b'data: {"choices": [{"delta": {"content": "\xc3\x28\xff"}}]}\n\n',
        Fault.DEEP_JSON: b'data: {"x": ' + b"[" * 500_000 + b"\n\n",
        Fault.ERROR_EVENT: b'data: {"error": {"message": "overloaded", "type": "server_error", "code": null}}\n\n',
        Fault.ENDLESS_COMMENTS: b": keep-alive\n\n",
        Fault.ENDLESS_EMPTY: b'data: {"choices": [{"delta": {"role": "assistant", "content": ""}}]}\n\n',
        Fault.BLANK: b'data: {"choices": [{"delta": {"content": " \\n "}}]}\n\n',
    },
)
