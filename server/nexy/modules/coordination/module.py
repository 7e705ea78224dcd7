"""The capability `coordination`: in memory, or on Redis where REDIS_URL is set."""

from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar, TypeVar

from nexy.config.sections import CoordinationSection
from nexy.contracts.capabilities import CLOCK
from nexy.contracts.clock import Clock
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.coordination.form import Form
from nexy.modules.coordination.in_memory import InMemoryCoordination

R = TypeVar("R")


class CoordinationModule(UniversalModuleInterface):
    """Leases, counters, messages and a cache, for this process or for all that share a Redis.

    Before `initialize` and after `cleanup`, and while Redis is away, every call raises `Unavailable`; a time to live
    that is not positive raises `ValidationFailed`.
    """

    requires: ClassVar[Sequence[str]] = (CLOCK,)

    def __init__(self) -> None:
        self._form: Form | None = None
        self._handlers = RequestHandlers()

    async def initialize(self, section: CoordinationSection, peers: Peers) -> None:
        """Start; a Redis that is away is no failure, but told. Raises `ConfigurationInvalid` for its address."""
        clock: Clock = peers.get(CLOCK)
        if section.redis_url.strip():
            # Its client costs a tenth of a second and some megabytes, which those without Redis do not pay.
            from nexy.modules.coordination.redis_form import redis_coordination

            self._form = await redis_coordination(section, clock)
        else:
            self._form = InMemoryCoordination(section.config, clock)

    async def process(self, request: Request[R]) -> R:
        """Nothing is asked by request: coordination is a port."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Every subscription ends; what is in Redis stays."""
        form, self._form = self._form, None
        if form is not None:
            await form.close()

    def status(self) -> ModuleStatus:
        """Degraded while Redis is away."""
        if self._form is None:
            return ModuleStatus(state=ModuleState.STOPPED)
        health = self._form.health
        if health.problem:
            return ModuleStatus(state=ModuleState.DEGRADED, detail=health.problem)
        return ModuleStatus(state=ModuleState.RUNNING, detail=health.place)

    async def acquire_lease(self, name: str, owner: str, ttl_seconds: float) -> bool:
        """Take or renew the lease; false while another owner holds it."""
        return await self._running.acquire_lease(name, owner, ttl_seconds)

    async def release_lease(self, name: str, owner: str) -> bool:
        """Give the lease back; false when `owner` does not hold it."""
        return await self._running.release_lease(name, owner)

    async def increment(self, name: str, amount: int = 1, ttl_seconds: float | None = None) -> int:
        """Add to a counter; its time to live is that of the first increment."""
        return await self._running.increment(name, amount, ttl_seconds)

    async def publish(self, channel: str, message: bytes) -> int:
        """Hand the message to every present subscriber and return how many took it."""
        return await self._running.publish(channel, message)

    def subscribe(self, channel: str) -> AsyncGenerator[bytes, None]:
        """Messages from now on (on Redis: from the first reading); who falls too far behind loses the oldest."""
        return self._running.subscribe(channel)

    async def cache_get(self, key: str) -> bytes | None:
        """The live value, or None."""
        return await self._running.cache_get(key)

    async def cache_set(self, key: str, value: bytes, ttl_seconds: float) -> None:
        """Keep the value for so long, within the bounds of the cache."""
        await self._running.cache_set(key, value, ttl_seconds)

    async def cache_delete(self, key: str) -> None:
        """Forget the value, if there is one."""
        await self._running.cache_delete(key)

    @property
    def _running(self) -> Form:
        if self._form is None:
            raise Unavailable("coordination is not running", code="module_unavailable")
        return self._form
