"""What one RPC tells about itself; filled by the servicer, read by the interceptor."""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field

from nexy.contracts.errors import ErrorType


@dataclass(slots=True)
class CallRecord:
    """One RPC from its first byte to its status; `latency_ms` is the time to first sound where there is one."""

    method: str
    began: float = field(default_factory=time.monotonic)
    turn_began: float = 0.0
    data_sent: bool = False
    latency_ms: float | None = None
    error: ErrorType | None = None
    sequence: int = 0

    def begin_turn(self) -> None:
        """A message has arrived: before and after data is meant per turn."""
        self.turn_began = time.monotonic()
        self.data_sent = False

    def end_turn(self) -> None:
        """The answer is whole: what fails now has sent nothing."""
        self.data_sent = False

    def first_sound(self) -> None:
        """The first sound of the call's first answer is on its way."""
        if self.latency_ms is None:
            self.latency_ms = (time.monotonic() - self.turn_began) * 1000

    @property
    def elapsed_ms(self) -> int:
        """Milliseconds since the call began."""
        return round((time.monotonic() - self.began) * 1000)


current_call: ContextVar[CallRecord] = ContextVar("current_call")
