"""A cache that never grows beyond its bytes."""

from collections import OrderedDict

# What the interpreter needs for an entry beside its key and value, roughly; many tiny values must count too.
_ENTRY_OVERHEAD = 200


class ByteCache:
    """Least recently used values go first; times are the caller's monotonic seconds."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = 0
        self._entries: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """What the entries count for now, keys and overhead included."""
        return self._held

    def get(self, key: str, now: float) -> bytes | None:
        """The living value, which is thereby used, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        value, deadline = entry
        if deadline <= now:
            self.remove(key)
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: str, value: bytes, now: float, ttl_seconds: float) -> None:
        """Keep the value; one that is larger than the whole cache only replaces what was there."""
        self.remove(key)
        weight = _weight(key, value)
        if weight > self._max_bytes:
            return
        self._entries[key] = (value, now + ttl_seconds)
        self._held += weight
        while self._held > self._max_bytes:
            oldest, (dropped, _) = self._entries.popitem(last=False)
            self._held -= _weight(oldest, dropped)

    def remove(self, key: str) -> None:
        """Forget the value, if there is one."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._held -= _weight(key, entry[0])


def _weight(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_OVERHEAD
