"""What the fake provider says: the script, its faults, and the frames of the OpenAI wire.

The frames are those of the OpenAI API Reference, "Chat Completions: Streaming" (the object
`chat.completion.chunk`, `stream_options.include_usage`, the closing `data: [DONE]`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import msgspec


class Fault(Enum):
    """Every way in which a provider is known to fail, and the harmless oddities of the wire."""

    NONE = auto()
    UNAUTHORIZED = auto()
    BAD_REQUEST = auto()
    RATE_LIMITED = auto()
    SERVER_ERROR = auto()
    OVERLOADED = auto()
    REDIRECT = auto()
    DROP = auto()
    HANG_BEFORE_HEADERS = auto()
    HANG_BEFORE_FIRST_TOKEN = auto()
    HANG_MIDWAY = auto()
    ONE_BYTE_PER_SECOND = auto()
    HALF_JSON = auto()
    HTML = auto()
    NAN = auto()
    INVALID_UTF8 = auto()
    DEEP_JSON = auto()
    HUGE_LINE = auto()
    ENDLESS_COMMENTS = auto()
    ENDLESS_EMPTY = auto()
    ENDLESS_BLANK = auto()
    ERROR_EVENT = auto()
    DEATH_MIDWAY = auto()
    CUT_OFF = auto()
    EMPTY = auto()
    BLANK = auto()
    CRLF = auto()
    NO_DONE = auto()
    SPLIT_BYTES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One answer: what is said, how fast, and what goes wrong after `fault_after` tokens."""

    answer: str = "Hello there, this is a scripted answer."
    delay_seconds: float = 0.0
    fault: Fault = Fault.NONE
    fault_after: int = 2
    retry_after: str = "7"
    model: str = "fake-model"
    usage: bool = True
    prompt_tokens: int = 11
    tick_seconds: float = 1.0

    @property
    def tokens(self) -> Sequence[str]:
        """The answer cut at words; joined they equal it."""
        return re.findall(r"\s*\S+|\s+$", self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """A script, encoded: the token frames, then what closes the stream."""

    tokens: Sequence[bytes]
    closing: Sequence[bytes]

    @property
    def whole(self) -> bytes:
        """All frames as one piece."""
        return b"".join((*self.tokens, *self.closing))


def encode(script: Script) -> Frames:
    """The frames of an undisturbed answer."""
    tokens = [_frame(script, choices=[_choice({"role": "assistant", "content": ""})])]
    tokens += [_frame(script, choices=[_choice({"content": token})]) for token in script.tokens]
    closing = [_frame(script, choices=[_choice({}, finish_reason="stop")])]
    if script.usage:
        spent = {"prompt_tokens": script.prompt_tokens, "completion_tokens": len(script.tokens)}
        closing.append(_frame(script, choices=[], usage={**spent, "total_tokens": sum(spent.values())}))
    return Frames(tokens=tokens, closing=[*closing, b"data: [DONE]\n\n"])


def _choice(delta: Mapping[str, str], finish_reason: str | None = None) -> Mapping[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _frame(script: Script, *, choices: Sequence[Any], usage: Any = None) -> bytes:
    head = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1700000000, "model": script.model}
    rest = {"service_tier": "default", "system_fingerprint": "fp_fake", "choices": choices, "usage": usage}
    return b"data: " + msgspec.json.encode({**head, **rest}) + b"\n\n"
