"""Leases, counters, messages and a cache, shared by the replicas of one installation."""

from collections.abc import AsyncGenerator
from typing import Protocol


class Coordination(Protocol):
    """In memory for one process; Redis when several share the work."""

    async def acquire_lease(self, name: str, owner: str, ttl_seconds: float) -> bool:
        """Take or renew the lease; false while another owner holds it."""
        ...

    async def release_lease(self, name: str, owner: str) -> bool:
        """Give the lease back; false when `owner` does not hold it."""
        ...

    async def increment(self, name: str, amount: int = 1, ttl_seconds: float | None = None) -> int:
        """Add to a counter and return its new value; the time to live starts with the first increment."""
        ...

    async def publish(self, channel: str, message: bytes) -> int:
        """Hand the message to every present subscriber and return how many took it."""
        ...

    def subscribe(self, channel: str) -> AsyncGenerator[bytes, None]:
        """Messages from now on; a subscriber that falls too far behind loses the oldest."""
        ...

    async def cache_get(self, key: str) -> bytes | None:
        """The live value, or None."""
        ...

    async def cache_set(self, key: str, value: bytes, ttl_seconds: float) -> None:
        """Keep the value for so long, within the bounds of the cache."""
        ...

    async def cache_delete(self, key: str) -> None:
        """Forget the value, if there is one."""
        ...
