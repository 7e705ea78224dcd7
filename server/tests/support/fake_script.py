"""What a fake provider says, whatever its wire: the script, its faults, and the frames that a wire makes of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from nexy.contracts.completions import FinishReason, ToolCall


class Fault(Enum):
    """Every way in which a provider is known to fail, and the harmless oddities of the wire."""

    NONE = auto()
    UNAUTHORIZED = auto()
    BAD_REQUEST = auto()
    NOT_FOUND = auto()
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
    """One answer: what is said, how fast, and what goes wrong after `fault_after` tokens.

    `tool_calls` follow the words; `thought_tokens` are counted where a wire counts them, `cached_tokens` likewise.
    """

    answer: str = "Hello there, this is a scripted answer."
    delay_seconds: float = 0.0
    fault: Fault = Fault.NONE
    fault_after: int = 2
    retry_after: str = "7"
    model: str = "fake-model"
    usage: bool = True
    prompt_tokens: int = 11
    cached_tokens: int = 0
    thought_tokens: int = 0
    tick_seconds: float = 1.0
    tool_calls: Sequence[ToolCall] = ()
    ending: FinishReason = FinishReason.STOP

    @property
    def tokens(self) -> Sequence[str]:
        """The answer cut at words; joined they equal it."""
        return re.findall(r"\s*\S+|\s+$", self.answer)

    @property
    def reason(self) -> FinishReason:
        """Why it ends: calls of tools are a reason of their own."""
        return FinishReason.TOOL_CALLS if self.tool_calls else self.ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """A script, encoded: first what opens the stream, maybe nothing, then its tokens, then what closes it."""

    tokens: Sequence[bytes]
    closing: Sequence[bytes]

    @property
    def whole(self) -> bytes:
        """All frames as one piece."""
        return b"".join((*self.tokens, *self.closing))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What differs between the fakes.

    `path` is the route under the server, `base` what a base URL holds of it. `refusal` gives the JSON of an answer
    that is a status of `statuses`; `events` are the single frames that a fault puts on the wire; the last
    `done_frames` of what closes a stream only say that nothing more comes.
    """

    name: str
    path: str
    encode: Callable[[Script], Frames]
    statuses: Mapping[Fault, int]
    refusal: Callable[[Script], Mapping[str, Any]]
    events: Mapping[Fault, bytes]
    base: str = ""
    done_frames: int = 1
    says_retry_after: bool = True
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream; charset=utf-8"})
