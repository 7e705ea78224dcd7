"""`Coordination` for a single process."""

from collections.abc import AsyncGenerator

from nexy.config.sections import CoordinationConfig
from nexy.contracts.clock import Clock
from nexy.modules.coordination.byte_cache import ByteCache
from nexy.modules.coordination.channels import Channels
from nexy.modules.coordination.expiring import Expiring
from nexy.modules.coordination.form import Health, positive


class InMemoryCoordination:
    """No call waits for anything, so on the event loop each is atomic and needs no lock."""

    def __init__(self, config: CoordinationConfig, clock: Clock) -> None:
        self._clock = clock
        self._leases: Expiring[str] = Expiring()
        self._counters: Expiring[int] = Expiring()
        self._channels = Channels(config.subscriber_queue)
        self._cache = ByteCache(config.cache_max_bytes)
        self._max_value = config.max_value_bytes

    @property
    def health(self) -> Health:
        """Nothing here can be away."""
        return Health()

    async def close(self) -> None:
        """Every subscription ends."""
        self._channels.close()

    async def acquire_lease(self, name: str, owner: str, ttl_seconds: float) -> bool:
        """Take or renew the lease; false while another owner holds it."""
        ttl, now = positive(ttl_seconds), self._clock.monotonic()
        holder = self._leases.get(name, now)
        if holder is not None and holder != owner:
            return False
        self._leases.put(name, owner, now, ttl)
        return True

    async def release_lease(self, name: str, owner: str) -> bool:
        """Give the lease back; false when `owner` does not hold it."""
        if self._leases.get(name, self._clock.monotonic()) != owner:
            return False
        self._leases.remove(name)
        return True

    async def increment(self, name: str, amount: int = 1, ttl_seconds: float | None = None) -> int:
        """Add to a counter; its time to live is that of the first increment."""
        ttl, now = None if ttl_seconds is None else positive(ttl_seconds), self._clock.monotonic()
        present = self._counters.get(name, now)
        if present is None:
            self._counters.put(name, amount, now, ttl)
            return amount
        self._counters.replace(name, present + amount)
        return present + amount

    async def publish(self, channel: str, message: bytes) -> int:
        """Hand the message to every present subscriber and return how many took it."""
        return self._channels.publish(channel, message)

    def subscribe(self, channel: str) -> AsyncGenerator[bytes, None]:
        """Messages from this call on; a subscriber that falls too far behind loses the oldest."""
        return self._channels.subscribe(channel)

    async def cache_get(self, key: str) -> bytes | None:
        """The live value, or None."""
        return self._cache.get(key, self._clock.monotonic())

    async def cache_set(self, key: str, value: bytes, ttl_seconds: float) -> None:
        """Keep the value for so long; one that is too large only replaces what was there."""
        ttl = positive(ttl_seconds)
        if len(value) > self._max_value:
            self._cache.remove(key)
        else:
            self._cache.put(key, value, self._clock.monotonic(), ttl)

    async def cache_delete(self, key: str) -> None:
        """Forget the value, if there is one."""
        self._cache.remove(key)
