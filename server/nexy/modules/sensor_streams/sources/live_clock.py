"""Samples that appear as time passes."""

from collections.abc import Callable

NowNs = Callable[[], int]
"""Nanoseconds since the epoch; tests give their own."""

NANOSECONDS = 1_000_000_000

# 2026-01-01. Sources that never end count from here, not from their opening, so that every worker that opens one, and
# the next server too, agrees on the number of each sample.
ANCHOR_NS = 1_767_225_600 * NANOSECONDS


class LiveEdge:
    """How many samples have passed since `start_ns`; never goes back, even where the clock does."""

    def __init__(self, now_ns: NowNs, start_ns: int, rate_hz: float) -> None:
        self._now_ns = now_ns
        self._start_ns = start_ns
        self._rate_hz = rate_hz
        self._reached = 0

    def samples(self) -> int:
        """Whole samples so far."""
        elapsed = max(0, self._now_ns() - self._start_ns)
        seconds, rest = divmod(elapsed, NANOSECONDS)
        self._reached = max(self._reached, int(seconds * self._rate_hz + rest * self._rate_hz / NANOSECONDS))
        return self._reached


def anchor(now_ns: int) -> int:
    """Where an endless source begins; a clock before the anchor (a test's, an unset one's) begins with the epoch."""
    return ANCHOR_NS if now_ns > ANCHOR_NS else 0
