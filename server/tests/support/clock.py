"""A clock that a test moves."""

from datetime import datetime, timedelta, timezone


class FakeClock:
    """`Clock` that stands still until `advance`."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime(2026, 3, 14, 15, 9, 26, tzinfo=timezone(timedelta(hours=3)))
        self._monotonic = 1000.0

    def monotonic(self) -> float:
        return self._monotonic

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let so much time pass on both clocks."""
        self._monotonic += seconds
        self._now += timedelta(seconds=seconds)
