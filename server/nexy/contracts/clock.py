"""Time as a port, so that tests can move it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks: one for durations, one for people."""

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary origin."""
        ...

    def now(self) -> datetime:
        """The local time with its zone."""
        ...
