"""How patient a stream client is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields

from nexy_protocol.encoding import Encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """Seconds, and how often to try in all.

    `connection_timeout` for the connection with its retries, `stream_timeout` for a whole stream with its own,
    `gap_timeout` for the wait for one frame, `job_start_timeout` for a job that is still starting.
    """

    connection_timeout: float = 10.0
    stream_timeout: float = 300.0
    retry_attempts: int = 3
    retry_delay: float = 2.0
    gap_timeout: float = 15.0
    job_start_timeout: float = 30.0

    def __post_init__(self) -> None:
        for one in fields(self):
            least = 0 if one.name in ("retry_delay", "job_start_timeout") else 1e-9
            if not getattr(self, one.name) >= least:
                raise ValueError(f"{one.name}={getattr(self, one.name)!r}: it must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where times come from: seconds that never jump, and epoch seconds."""

    monotonic: Callable[[], float] = time.monotonic
    epoch: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOrder:
    """Which frames are wanted.

    `include_end` also gives the message that ends a range, and whatever the server sends after it, or beyond
    `max_frames`, until it closes the call.
    """

    job_id: str
    max_frames: int = 0
    stream_id: int = 0
    encoding: Encoding = Encoding.PACKED_F32
    resume_after_frame: int = 0
    include_end: bool = False


SYSTEM_CLOCK = Clock()
