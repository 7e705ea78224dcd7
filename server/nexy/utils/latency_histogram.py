"""Quantiles of latencies in bounded memory."""

import math

_RELATIVE_ERROR = 0.01
_BASE = math.log((1 + _RELATIVE_ERROR) / (1 - _RELATIVE_ERROR))
_SMALLEST_MS = 0.01
_LARGEST_MS = 3_600_000.0


class LatencyHistogram:
    """Counts in buckets that grow geometrically: a quantile is within 1 % of the true value.

    Values are milliseconds, held between 0.01 ms and one hour, so there are at most about 1000 buckets.
    """

    __slots__ = ("_buckets", "count")

    def __init__(self) -> None:
        self._buckets: dict[int, int] = {}
        self.count = 0

    def add(self, latency_ms: float) -> None:
        """Count one latency."""
        held = min(max(_SMALLEST_MS, latency_ms), _LARGEST_MS)
        bucket = math.ceil(math.log(held) / _BASE)
        self._buckets[bucket] = self._buckets.get(bucket, 0) + 1
        self.count += 1

    def quantile(self, share: float) -> float | None:
        """The least latency that `share` of all do not exceed (nearest rank), or None without any."""
        rank = max(1, math.ceil(share * self.count))
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= rank:
                upper = math.exp(bucket * _BASE)
                return upper * (1 - _RELATIVE_ERROR)
        return None
