"""What one RPC tells about itself; filled by the servicer, read by the interceptor."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from nexy.contracts.errors import NexyError


@dataclass(slots=True)
class CallRecord:
    """One RPC from its first byte to its status; each answer's time to first sound goes to `on_first_sound` at once."""

    method: str
    on_first_sound: Callable[[float], None]
    began: float = field(default_factory=time.monotonic)
    turn_began: float = 0.0
    data_sent: bool = False
    sounded: bool = False
    first_sound_ms: float | None = None
    error: NexyError | None = None
    sequence: int = 0

    def begin_turn(self) -> None:
        """A message has arrived: before and after data is meant per turn."""
        self.turn_began = time.monotonic()
        self.data_sent = False
        self.sounded = False

    def end_turn(self) -> None:
        """The answer is whole: what fails now has sent nothing."""
        self.data_sent = False

    def first_sound(self) -> None:
        """Sound of this answer is on its way; only its first piece counts."""
        if self.sounded:
            return
        self.sounded = True
        latency_ms = (time.monotonic() - self.turn_began) * 1000
        if self.first_sound_ms is None:
            self.first_sound_ms = latency_ms
        self.on_first_sound(latency_ms)

    @property
    def elapsed_ms(self) -> int:
        """Milliseconds since the call began."""
        return round((time.monotonic() - self.began) * 1000)


current_call: ContextVar[CallRecord] = ContextVar("current_call")
