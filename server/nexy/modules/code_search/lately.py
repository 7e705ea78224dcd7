"""What was found out lately, so that it is not found out again by everybody who asks."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from nexy.contracts.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lately(Generic[K, V]):
    """Keeps a value for each key for so many seconds; what is older goes when the next one comes."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._kept: dict[K, tuple[float, V]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The value, unless it is too old."""
        until, value = self._kept.get(key, (0.0, None))
        return value if until > self._clock.monotonic() else None

    def put(self, key: K, value: V) -> None:
        """Keep a value from now on."""
        now = self._clock.monotonic()
        self._kept = {known: kept for known, kept in self._kept.items() if kept[0] > now}
        self._kept[key] = now + self._seconds, value

    def drop(self, key: K) -> None:
        """Forget what is known of a key."""
        self._kept.pop(key, None)
