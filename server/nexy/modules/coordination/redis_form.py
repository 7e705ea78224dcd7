"""`Coordination` for all processes that share a Redis."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from weakref import WeakSet

from redis.asyncio import Redis
from redis.exceptions import RedisError

from nexy.config.sections import CoordinationConfig, CoordinationSection
from nexy.contracts.clock import Clock
from nexy.modules.coordination.channels import Mailbox
from nexy.modules.coordination.form import Health, positive
from nexy.modules.coordination.redis_link import RedisLink
from nexy.utils.supervisor import TaskSupervisor, owned_task

# Redis runs a script as one step, which makes "mine or nobody's" safe between processes.
_ACQUIRE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
_INCREMENT = """
local fresh = redis.call('EXISTS', KEYS[1]) == 0
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if fresh and ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum
"""
_LONGEST_MILLISECONDS = 10**13
_LISTEN_SECONDS = 5.0


async def redis_coordination(section: CoordinationSection, clock: Clock) -> "RedisCoordination":
    """Ready to use, whether Redis answers now or later; raises `ConfigurationInvalid` for its address."""
    made = RedisCoordination(section.config, RedisLink(section, clock))
    await made.begin()
    return made


class RedisCoordination:
    """Names begin with the namespace; each subscription has a connection of its own, so that Redis counts it."""

    def __init__(self, config: CoordinationConfig, link: RedisLink) -> None:
        self._config = config
        self._link = link
        self._tasks = TaskSupervisor("coordination")
        self._mailboxes: WeakSet[Mailbox] = WeakSet()
        self._closed = False
        self._acquire = link.client.register_script(_ACQUIRE)
        self._release = link.client.register_script(_RELEASE)
        self._increment = link.client.register_script(_INCREMENT)

    async def begin(self) -> None:
        """Look for Redis once, and again whenever it is away."""
        await self._link.look()
        self._tasks.spawn(self._keep_looking())

    @property
    def health(self) -> Health:
        """Whether the last command had a reply."""
        return Health(place=f"redis {self._link.place}", problem=self._link.problem)

    async def close(self) -> None:
        """End every subscription once its reader has what arrived so far, and close the connections."""
        self._closed = True
        for mailbox in self._mailboxes:
            mailbox.arrived.set()
        await self._tasks.cleanup()
        await self._link.close()

    async def acquire_lease(self, name: str, owner: str, ttl_seconds: float) -> bool:
        """Take or renew the lease; false while another owner holds it."""
        ttl = _milliseconds(ttl_seconds)
        return bool(await self._link.run(lambda _: self._acquire([self._name("lease", name)], [owner, ttl])))

    async def release_lease(self, name: str, owner: str) -> bool:
        """Give the lease back; false when `owner` does not hold it."""
        return bool(await self._link.run(lambda _: self._release([self._name("lease", name)], [owner])))

    async def increment(self, name: str, amount: int = 1, ttl_seconds: float | None = None) -> int:
        """Add to a counter; its time to live is that of the first increment."""
        ttl = "" if ttl_seconds is None else _milliseconds(ttl_seconds)
        return int(await self._link.run(lambda _: self._increment([self._name("count", name)], [amount, ttl])))

    async def publish(self, channel: str, message: bytes) -> int:
        """Hand the message to every present subscriber of every process and return how many there are."""
        return int(await self._link.run(lambda client: client.publish(self._name("news", channel), message)))

    async def subscribe(self, channel: str) -> AsyncGenerator[bytes, None]:
        """Messages from the first reading on; what is published while Redis is away is lost."""
        mailbox = Mailbox(self._config.subscriber_queue)
        self._mailboxes.add(mailbox)
        async with owned_task(self._fill(self._name("news", channel), mailbox)):
            while True:
                while mailbox.messages:
                    yield mailbox.messages.popleft()
                if self._closed:
                    return
                mailbox.arrived.clear()
                await mailbox.arrived.wait()

    async def cache_get(self, key: str) -> bytes | None:
        """The live value, or None."""
        value = await self._link.run(lambda client: client.get(self._name("cache", key)))
        return value.encode() if isinstance(value, str) else value

    async def cache_set(self, key: str, value: bytes, ttl_seconds: float) -> None:
        """Keep the value for so long; one that is too large only replaces what was there."""
        ttl, name = _milliseconds(ttl_seconds), self._name("cache", key)
        if len(value) > self._config.max_value_bytes:
            await self.cache_delete(key)
        else:
            await self._link.run(lambda client: client.set(name, value, px=ttl))

    async def cache_delete(self, key: str) -> None:
        """Forget the value, if there is one."""
        await self._link.run(lambda client: client.delete(self._name("cache", key)))

    def _name(self, kind: str, name: str) -> str:
        return f"{self._config.namespace}:{kind}:{name}"

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._config.redis_retry_seconds)
            await self._link.look()

    async def _fill(self, channel: str, mailbox: Mailbox) -> None:
        while True:
            try:
                await _listen(self._link.listening, channel, mailbox)
            except (RedisError, OSError) as lost:
                self._link.lost(lost)
            await asyncio.sleep(self._config.redis_retry_seconds)


async def _listen(client: Redis, channel: str, mailbox: Mailbox) -> None:
    listener: Any = client.pubsub(ignore_subscribe_messages=True)
    async with listener:
        await listener.subscribe(channel)
        while True:
            message = await listener.get_message(timeout=_LISTEN_SECONDS)
            if message is not None:
                mailbox.put(message["data"])


def _milliseconds(ttl_seconds: float) -> int:
    return int(min(max(positive(ttl_seconds) * 1000, 1), _LONGEST_MILLISECONDS))
