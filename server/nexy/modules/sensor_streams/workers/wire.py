"""What the server and a worker say to each other over one socket.

Every message is a header and a body of `length` bytes. Orders and answers are JSON of the dataclasses here, a row is
its bare float32s; `number` is the computation or the question that it is about.
"""

import struct
import traceback
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType

import msgspec

from nexy.contracts.errors import (
    ErrorType,
    Internal,
    NexyError,
    NotFound,
    StreamLimitExceeded,
    Unavailable,
    ValidationFailed,
)
from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder

ORDER_HEADER = struct.Struct("<BII")
"""kind, number, length."""
REPLY_HEADER = struct.Struct("<B3xIIqqff")
"""kind, number, length, start and end of a row in epoch nanoseconds, its highest and lowest value."""


class OrderKind(IntEnum):
    """What the server asks for."""

    LOOK = 1
    BEGIN = 2
    MORE = 3
    STOP = 4


class ReplyKind(IntEnum):
    """What the worker says; `ENDED` and `TROUBLE` are the last word on their number."""

    READY = 1
    SEEN = 2
    ROW = 3
    ENDED = 4
    TROUBLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Open the source and tell of it; `from_ns`: also whether it still has the sample of that time."""

    spec: SourceSpec
    first_channel: int = 0
    from_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a source is, how much of it there is, and whether it holds what was asked for."""

    facts: SourceFacts
    available: int
    held: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """Compute from `first_row` on (historic) or from `from_ns` on, None: from now (live); `credits` rows at most."""

    spec: SourceSpec
    feed: FeedOrder
    credit: int
    first_row: int = 0
    from_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """So many rows more may be sent."""

    credit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nobody wants more; the answer is ENDED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An error on its way to the server; `where` is the line of ours that a defect came from, for the log alone."""

    error_type: str
    code: str
    message: str
    field: str | None = None
    where: str = ""
    retry_after_seconds: float | None = None

    @property
    def error(self) -> NexyError:
        """What the caller meets; what a client cannot mend is `Internal`."""
        made = _CROSSING.get(ErrorType(self.error_type), Internal)
        return made(self.message, code=self.code, field=self.field, retry_after_seconds=self.retry_after_seconds)


Order = Look | Begin | More | Stop
_KINDS: dict[type[Order], OrderKind] = {
    Look: OrderKind.LOOK, Begin: OrderKind.BEGIN, More: OrderKind.MORE, Stop: OrderKind.STOP,
}  # fmt: skip
_DECODERS = {kind: msgspec.json.Decoder(made) for made, kind in _KINDS.items()}
_SEEN = msgspec.json.Decoder(Seen)
_TROUBLE = msgspec.json.Decoder(Trouble)
_CROSSING = {error.error_type: error for error in (ValidationFailed, NotFound, Unavailable, StreamLimitExceeded)}


def encode_order(number: int, order: Order) -> bytes:
    """The order with its header."""
    body = msgspec.json.encode(order)
    return ORDER_HEADER.pack(_KINDS[type(order)], number, len(body)) + body


def decode_order(kind: int, body: bytes) -> Order:
    """The order of this kind."""
    return _DECODERS[OrderKind(kind)].decode(body)


def encode_reply(kind: ReplyKind, number: int, told: Seen | Trouble | None = None) -> bytes:
    """Any reply but a row."""
    body = b"" if told is None else msgspec.json.encode(told)
    return REPLY_HEADER.pack(kind, number, len(body), 0, 0, 0.0, 0.0) + body


def decode_seen(body: bytearray) -> Seen:
    """What a look has found."""
    return _SEEN.decode(body)


def trouble_of(problem: BaseException) -> Trouble:
    """The error as it travels; a client is told of a defect by its class alone."""
    if isinstance(problem, NexyError):
        return Trouble(
            error_type=problem.error_type, code=problem.code, message=problem.message, field=problem.field,
            retry_after_seconds=problem.retry_after_seconds,
        )  # fmt: skip
    told = f"the computation failed: {type(problem).__name__}"
    return Trouble(
        error_type=Internal.error_type, code="computation_failed", message=told, where=_origin(problem.__traceback__)
    )


def _origin(trace: TracebackType | None) -> str:
    steps = traceback.extract_tb(trace)
    return f"{Path(steps[-1].filename).name}:{steps[-1].lineno}" if steps else "unknown"


def decode_trouble(body: bytearray) -> Trouble:
    """What went wrong in the worker."""
    return _TROUBLE.decode(body)
