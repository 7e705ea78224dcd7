"""The system's clocks."""

import time
from datetime import datetime


class SystemClock:
    """`Clock` of the machine that runs the server."""

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary origin."""
        return time.monotonic()

    def now(self) -> datetime:
        """The local time with its zone."""
        return datetime.now().astimezone()
