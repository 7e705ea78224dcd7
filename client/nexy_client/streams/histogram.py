"""Percentiles of many durations in constant memory."""

import math
from bisect import bisect_left
from itertools import accumulate

_LEAST_SECONDS, _MOST_SECONDS = 1e-5, 1e3
_GROWTH = 1.01
_LOG_GROWTH = math.log(_GROWTH)
_BUCKETS = math.ceil(math.log(_MOST_SECONDS / _LEAST_SECONDS) / _LOG_GROWTH)


class DurationHistogram:
    """Durations in steps of 1 %, from 10 µs to 1000 s; what lies outside counts as the nearest end."""

    __slots__ = ("_counts", "_total")

    def __init__(self) -> None:
        self._counts = [0] * (_BUCKETS + 1)
        self._total = 0

    def note(self, seconds: float) -> None:
        """Take one down."""
        place = int(math.log(seconds / _LEAST_SECONDS) / _LOG_GROWTH) if seconds > _LEAST_SECONDS else 0
        self._counts[min(place, _BUCKETS)] += 1
        self._total += 1

    def quantile(self, share: float) -> float | None:
        """The duration that this share (0 to 1) does not exceed, within 1 %; None where nothing was noted."""
        if not self._total:
            return None
        wanted = max(1, math.ceil(share * self._total))
        place = bisect_left(list(accumulate(self._counts)), wanted)
        return float(_LEAST_SECONDS * _GROWTH ** (place + 0.5))
