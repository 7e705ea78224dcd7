"""Values that end by themselves."""

from typing import Generic, TypeVar

T = TypeVar("T")
_SMALLEST_SWEEP = 1024


class Expiring(Generic[T]):
    """A table whose entries may have a deadline; expired ones are not seen, and swept out as it grows.

    Times are the caller's monotonic seconds. A sweep comes when the table has doubled since the last one, so it
    never holds more than twice what lives, or a thousand.
    """

    def __init__(self) -> None:
        self._entries: dict[str, tuple[T, float | None]] = {}
        self._sweep_at = _SMALLEST_SWEEP

    def get(self, name: str, now: float) -> T | None:
        """The living value, or None."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        value, deadline = entry
        if deadline is not None and deadline <= now:
            del self._entries[name]
            return None
        return value

    def put(self, name: str, value: T, now: float, ttl_seconds: float | None) -> None:
        """Keep the value for so long from now, for ever with None."""
        self._entries[name] = (value, None if ttl_seconds is None else now + ttl_seconds)
        if len(self._entries) >= self._sweep_at:
            self._sweep(now)

    def replace(self, name: str, value: T) -> None:
        """Change a living value and leave its deadline as it is."""
        self._entries[name] = (value, self._entries[name][1])

    def remove(self, name: str) -> None:
        """Forget the value, if there is one."""
        self._entries.pop(name, None)

    def __len__(self) -> int:
        return len(self._entries)

    def _sweep(self, now: float) -> None:
        self._entries = {
            name: (value, deadline)
            for name, (value, deadline) in self._entries.items()
            if deadline is None or deadline > now
        }
        self._sweep_at = max(_SMALLEST_SWEEP, 2 * len(self._entries))
