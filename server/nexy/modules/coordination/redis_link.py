"""The way to Redis: quick to give up, and back by itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TookTooLong

from nexy.config.sections import CoordinationConfig, CoordinationSection
from nexy.contracts.clock import Clock
from nexy.contracts.errors import ConfigurationInvalid, Unavailable

T = TypeVar("T")
Command = Callable[[Redis], Awaitable[T]]
_KEY = "outside.redis_url"
_log = logging.getLogger("nexy.coordination")


class RedisLink:
    """Commands with a time limit; after a loss nobody waits for the next `redis_retry_seconds`."""

    def __init__(self, section: CoordinationSection, clock: Clock) -> None:
        self._config = section.config
        self._clock = clock
        self.place = _place(section.redis_url)
        self.client = _client(section.redis_url, section.config, section.config.redis_max_connections)
        # Each subscription keeps its connection, so they must not use up those of the commands.
        self.listening = _client(section.redis_url, section.config, section.config.redis_max_subscriptions)
        self.problem = f"Redis at {self.place} (REDIS_URL) was not asked yet"
        self._told = False
        self._again_at = 0.0

    async def run(self, command: Command[T]) -> T:
        """The reply to a command; raises `Unavailable` quickly where there is none."""
        if self.problem and self._clock.monotonic() < self._again_at:
            raise Unavailable(self.problem, code="redis_unavailable")
        try:
            async with asyncio.timeout(self._config.redis_timeout_seconds):
                reply = await command(self.client)
        except (ConnectionLost, TookTooLong, TimeoutError, OSError) as lost:
            self.lost(lost)
            raise Unavailable(self.problem, code="redis_unavailable") from lost
        except RedisError as refused:
            # It answers, but not this: full, or read-only. Others may fare better.
            raise Unavailable("Redis refuses a command.", code="redis_refused") from refused
        self._found()
        return reply

    async def look(self) -> None:
        """See whether a lost Redis is back."""
        if self.problem:
            self._again_at = 0.0
            try:
                await self.run(lambda client: client.ping())
            except Unavailable:
                return

    def lost(self, problem: Exception) -> None:
        """Redis does not answer."""
        self._again_at = self._clock.monotonic() + self._config.redis_retry_seconds
        if not self._told:
            self.problem = f"Redis at {self.place} (REDIS_URL) does not answer"
            self._told = True
            context = {"decision": "degrade", "ctx": {"place": self.place, "error": type(problem).__name__}}
            _log.warning("Redis is away", extra=context)

    def _found(self) -> None:
        self.problem = ""
        if self._told:
            self._told = False
            _log.info("Redis is back", extra={"decision": "complete", "ctx": {"place": self.place}})

    async def close(self) -> None:
        """Close every connection."""
        for client in (self.client, self.listening):
            await client.aclose()
            await client.connection_pool.disconnect()


def _client(url: str, config: CoordinationConfig, max_connections: int) -> Redis:
    """A client that does not wait for its turn longer than for an answer, and asks no second time by itself."""
    try:
        pool = BlockingConnectionPool.from_url(
            url.strip(),
            max_connections=max_connections,
            timeout=config.redis_timeout_seconds,
            socket_connect_timeout=config.redis_timeout_seconds,
            socket_keepalive=True,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as problem:
        raise _refused() from problem
    return Redis(connection_pool=pool)


def _place(url: str) -> str:
    """Host and port, without the password that the address may hold."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise _refused() from problem
    if parts.scheme == "unix":
        return parts.path
    if parts.scheme not in ("redis", "rediss") or not host:
        raise _refused()
    return f"{host}:{port or 6379}"


def _refused() -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"{_KEY} (REDIS_URL) is no address of a Redis; write redis://[user:password@]host:6379/0, rediss://… or unix://…",
        field=_KEY,
    )
