"""`Coordination` for a single process."""

from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar, TypeVar

from nexy.config.sections import CoordinationConfig
from nexy.contracts.capabilities import CLOCK
from nexy.contracts.clock import Clock
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.coordination.byte_cache import ByteCache
from nexy.modules.coordination.channels import Channels
from nexy.modules.coordination.expiring import Expiring

R = TypeVar("R")


class CoordinationModule(UniversalModuleInterface):
    """Leases, counters, messages and a cache in memory; what several processes share comes with Redis.

    No call waits for anything, so on the event loop each is atomic and needs no lock. Before `initialize` and
    after `cleanup` every call raises `Unavailable`; a time to live that is not positive raises `ValidationFailed`.
    """

    requires: ClassVar[Sequence[str]] = (CLOCK,)

    def __init__(self) -> None:
        self._parts: _Parts | None = None
        self._handlers = RequestHandlers()

    async def initialize(self, section: CoordinationConfig, peers: Peers) -> None:
        """Start empty, within the bounds of the section."""
        self._parts = _Parts(section, peers.get(CLOCK))

    async def process(self, request: Request[R]) -> R:
        """Nothing is asked by request: coordination is a port."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Forget everything; every subscription ends."""
        if self._parts is not None:
            self._parts.channels.close()
            self._parts = None

    def status(self) -> ModuleStatus:
        """Running from start to cleanup."""
        return ModuleStatus(state=ModuleState.STOPPED if self._parts is None else ModuleState.RUNNING)

    async def acquire_lease(self, name: str, owner: str, ttl_seconds: float) -> bool:
        """Take or renew the lease; false while another owner holds it."""
        parts, now = self._now(ttl_seconds)
        holder = parts.leases.get(name, now)
        if holder is not None and holder != owner:
            return False
        parts.leases.put(name, owner, now, ttl_seconds)
        return True

    async def release_lease(self, name: str, owner: str) -> bool:
        """Give the lease back; false when `owner` does not hold it."""
        parts, now = self._now()
        if parts.leases.get(name, now) != owner:
            return False
        parts.leases.remove(name)
        return True

    async def increment(self, name: str, amount: int = 1, ttl_seconds: float | None = None) -> int:
        """Add to a counter; its time to live is that of the first increment."""
        parts, now = self._now(ttl_seconds)
        present = parts.counters.get(name, now)
        if present is None:
            parts.counters.put(name, amount, now, ttl_seconds)
            return amount
        parts.counters.replace(name, present + amount)
        return present + amount

    async def publish(self, channel: str, message: bytes) -> int:
        """Hand the message to every present subscriber and return how many took it."""
        return self._now()[0].channels.publish(channel, message)

    def subscribe(self, channel: str) -> AsyncGenerator[bytes, None]:
        """Messages from this call on; a subscriber that falls too far behind loses the oldest."""
        return self._now()[0].channels.subscribe(channel)

    async def cache_get(self, key: str) -> bytes | None:
        """The live value, or None."""
        parts, now = self._now()
        return parts.cache.get(key, now)

    async def cache_set(self, key: str, value: bytes, ttl_seconds: float) -> None:
        """Keep the value for so long, within the bounds of the cache."""
        parts, now = self._now(ttl_seconds)
        parts.cache.put(key, value, now, ttl_seconds)

    async def cache_delete(self, key: str) -> None:
        """Forget the value, if there is one."""
        self._now()[0].cache.remove(key)

    def _now(self, ttl_seconds: float | None = None) -> "tuple[_Parts, float]":
        if self._parts is None:
            raise Unavailable("coordination is not running", code="module_unavailable")
        if ttl_seconds is not None and not ttl_seconds > 0:
            raise ValidationFailed("ttl_seconds must be positive", field="ttl_seconds")
        return self._parts, self._parts.clock.monotonic()


class _Parts:
    """What lives between `initialize` and `cleanup`."""

    def __init__(self, section: CoordinationConfig, clock: Clock) -> None:
        self.clock = clock
        self.leases: Expiring[str] = Expiring()
        self.counters: Expiring[int] = Expiring()
        self.channels = Channels(section.subscriber_queue)
        self.cache = ByteCache(section.cache_max_bytes)
