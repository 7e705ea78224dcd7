"""The frames of Google's Gemini wire.

They are those of the Gemini API reference, "GenerateContentResponse" with `alt=sse`, and of the "Troubleshooting
guide" (google.rpc.Status with ErrorInfo and RetryInfo). Lines end with CRLF, as Google's do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nexy.contracts.completions import FinishReason
from support.fake_script import Fault, Frames, Script, Wire

__all__ = ["WIRE", "encode"]

_REASONS = {
    FinishReason.STOP: "STOP",
    FinishReason.LENGTH: "MAX_TOKENS",
    FinishReason.TOOL_CALLS: "STOP",
    FinishReason.CONTENT_FILTER: "SAFETY",
}
_REFUSALS = {
    Fault.UNAUTHORIZED: (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    Fault.BAD_REQUEST: (400, "INVALID_ARGUMENT", "Please use a valid role: user, model."),
    Fault.RATE_LIMITED: (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    Fault.SERVER_ERROR: (500, "INTERNAL", "An internal error has occurred."),
    Fault.OVERLOADED: (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    Fault.REDIRECT: (307, "NOT_FOUND", "moved"),
}
_TYPE = "type.googleapis.com/google.rpc."


def encode(script: Script) -> Frames:
    """The frames of an undisturbed answer; a filtered one without words is a blocked question."""
    if script.ending is FinishReason.CONTENT_FILTER and not script.answer:
        blocked = _event(script, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, output=None)
        return Frames(tokens=[b""], closing=[blocked])
    tokens = [_words(script, token) for token in script.tokens]
    tokens += [_calling(script, index) for index in range(len(script.tool_calls))]
    last = {"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": _REASONS[script.reason], "index": 0}
    closing = _event(script, {"candidates": [last]}, output=len(script.tokens))
    return Frames(tokens=[_thinking(script), *tokens], closing=[closing])


def _thinking(script: Script) -> bytes:
    """The thought that may come before the first word."""
    return _candidate(script, [{"text": "The person greets me.", "thought": True}]) if script.thought_tokens else b""


def _calling(script: Script, index: int) -> bytes:
    call = script.tool_calls[index]
    made = {"name": call.name, "args": msgspec.json.decode(call.arguments or "{}")}
    return _candidate(script, [{"functionCall": {**made, "id": call.id} if call.id else made}])


def _words(script: Script, text: str) -> bytes:
    return _candidate(script, [{"text": text}])


def _candidate(script: Script, parts: Sequence[Any]) -> bytes:
    return _event(script, {"candidates": [{"content": {"parts": parts, "role": "model"}, "index": 0}]}, output=None)


def _event(script: Script, fields: Mapping[str, Any], *, output: int | None) -> bytes:
    usage: dict[str, Any] = {"promptTokenCount": script.prompt_tokens, "totalTokenCount": script.prompt_tokens}
    if output is not None:
        usage["candidatesTokenCount"] = output
        usage["totalTokenCount"] += output + script.thought_tokens
    if script.cached_tokens:
        usage["cachedContentTokenCount"] = script.cached_tokens
    if script.thought_tokens:
        usage["thoughtsTokenCount"] = script.thought_tokens
    usage["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": script.prompt_tokens}]
    counted = {"usageMetadata": usage} if script.usage else {}
    rest = {"modelVersion": script.model, "responseId": "fake-response"}
    return _line(msgspec.json.encode({**fields, **counted, **rest}))


def _line(data: bytes) -> bytes:
    return b"data: %s\r\n\r\n" % data


def _refusal(script: Script) -> Mapping[str, Any]:
    code, status, message = _REFUSALS[script.fault]
    details: list[Mapping[str, str]] = []
    if script.fault is Fault.UNAUTHORIZED:
        details.append({"@type": _TYPE + "ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"})
    if script.fault is Fault.RATE_LIMITED:
        details.append({"@type": _TYPE + "Help", "description": "Learn more about Gemini API quotas"})
        details.append({"@type": _TYPE + "RetryInfo", "retryDelay": f"{script.retry_after}s"})
    return {"error": {"code": code, "message": message, "status": status, "details": details}}


def _raw(text: bytes) -> bytes:
    return _line(b'{"candidates": [{"content": {"parts": [{"text": %s' % text)


WIRE = Wire(
    name="Gemini",
    path="/v1beta/models/{model}:streamGenerateContent",
    encode=encode,
    statuses={fault: code for fault, (code, _, _) in _REFUSALS.items()},
    refusal=_refusal,
    events={
        Fault.HALF_JSON: _raw(b'"con'),
        Fault.NAN: _raw(b'NaN}], "role": "model"}}]}'),
        Fault.INVALID_UTF8: _raw(b'"\xc3\x28\xff"}], "role": "model"}}]}'),
        Fault.DEEP_JSON: _raw(b"[" * 500_000),
        Fault.ERROR_EVENT: _line(msgspec.json.encode(_refusal(Script(fault=Fault.OVERLOADED)))),
        Fault.ENDLESS_COMMENTS: b": keep-alive\r\n\r\n",
        Fault.ENDLESS_EMPTY: _candidate(Script(), []),
        Fault.BLANK: _words(Script(), " \n "),
    },
    done_frames=0,
    says_retry_after=False,
)
