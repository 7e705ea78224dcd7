"""Whether a live computation keeps up."""

from collections.abc import Callable

_TOLERATED_SECONDS = 1.0


class Pace:
    """Tells a processor that is too slow from samples that come in heaps, as files do, and from catching up.

    What comes at once may wait as long as it takes; beyond that a computation may be a second behind.
    """

    def __init__(self, sample_rate_hz: float, clock: Callable[[], float]) -> None:
        self._rate = sample_rate_hz
        self._clock = clock
        self._before: tuple[float, int] | None = None
        self._heap = 0.0
        self._least = float("inf")

    def too_late(self, needed: int, available: int) -> bool:
        """Whether the row that needs so many samples is better skipped, when there are so many."""
        now, behind = self._clock(), available - needed
        if self._before is not None:
            came, passed = available - self._before[1], now - self._before[0]
            self._heap = max(self._heap, came - passed * self._rate)
        self._before = now, available
        self._least = min(self._least, behind)
        return behind > _TOLERATED_SECONDS * self._rate + max(self._heap, self._least)
