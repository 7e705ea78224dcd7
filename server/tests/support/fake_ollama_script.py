"""The lines of Ollama's wire: `/api/chat` of its docs/api.md, errors of its docs/api/errors.mdx.

Tool calls come whole, their arguments as an object (docs/capabilities/tool-calling.mdx); the last line has `done`,
the reason and the counts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nexy.contracts.completions import FinishReason
from support.fake_script import Fault, Frames, Script, Wire

_CREATED = "2026-11-21T12:00:00.000000Z"


def encode(script: Script) -> Frames:
    """The lines of an undisturbed answer."""
    # Nothing of the wire comes before the first token.
    tokens = [b"", *(_line(script, content=token) for token in script.tokens)]
    if calls := _calls(script):
        tokens.append(_line(script, content="", tool_calls=calls))
    return Frames(tokens=tokens, closing=[_closing(script, "")])


def completion(script: Script) -> bytes:
    """The same answer in one piece, as `stream: false` gives it."""
    return _closing(script, script.answer, _calls(script))


def _calls(script: Script) -> Sequence[Mapping[str, Any]]:
    return [
        {"id": call.id, "function": {"index": at, "name": call.name, "arguments": msgspec.Raw(call.arguments.encode())}}
        for at, call in enumerate(script.tool_calls)
    ]


def _line(script: Script, **said: Any) -> bytes:
    head = {"model": script.model, "created_at": _CREATED, "message": {"role": "assistant", **said}, "done": False}
    return msgspec.json.encode(head) + b"\n"


def _closing(script: Script, content: str, calls: Sequence[Mapping[str, Any]] = ()) -> bytes:
    message = {"role": "assistant", "content": content, **({"tool_calls": calls} if calls else {})}
    reason = "length" if script.ending is FinishReason.LENGTH else "stop"
    counts = {"prompt_eval_count": script.prompt_tokens, "eval_count": len(script.tokens)} if script.usage else {}
    times = {"total_duration": 4883583458, "load_duration": 1334875, "prompt_eval_duration": 342546000}
    head = {"model": script.model, "created_at": _CREATED, "message": message, "done": True, "done_reason": reason}
    return msgspec.json.encode({**head, **times, "eval_duration": 4535599000, **counts}) + b"\n"


def _refusal(script: Script) -> Mapping[str, Any]:
    if script.fault is Fault.NOT_FOUND:
        return {"error": f"model '{script.model}' not found"}
    return {"error": "the model failed to generate a response"}


WIRE = Wire(
    name="Ollama chat",
    path="/api/chat",
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
        Fault.HALF_JSON: b'{"model": "fake-model", "message": {"role": "assistant", "con\n',
        Fault.NAN: b'{"message": NaN, "done": false}\n',
        Fault.INVALID_UTF8: b'{"message": {"content": "\xc3\x28\xff"}, "done": false}\n',
        Fault.DEEP_JSON: b'{"x": ' + b"[" * 500_000 + b"\n",
        Fault.ERROR_EVENT: b'{"error": "an error was encountered while running the model"}\n',
        Fault.ENDLESS_COMMENTS: b"\n",
        Fault.ENDLESS_EMPTY: b'{"message": {"role": "assistant", "content": ""}, "done": false}\n',
        Fault.BLANK: b'{"message": {"role": "assistant", "content": " \\n "}, "done": false}\n',
    },
    done_frames=0,
    says_retry_after=False,
    headers={"Content-Type": "application/x-ndjson"},
)
