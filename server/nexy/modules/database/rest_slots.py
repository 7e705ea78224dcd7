"""How many connections the callers of /rest/v1 have at a time: all of them together, and each person."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from nexy.contracts.errors import RateLimitExceeded, Unavailable

_AGAIN_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class _Person:
    free: asyncio.Semaphore
    here: int = 0


class RestSlots:
    """Half of the pool is never theirs, so that somebody's slow reads keep nobody from signing in or speaking.

    Whoever waits does so at her own limit first: her next statement is not before another person's first one.
    """

    def __init__(self, connections: int, each: int, wait_seconds: float) -> None:
        self._free = asyncio.Semaphore(max(1, connections // 2))
        self._each = each
        self._wait_seconds = wait_seconds
        self._persons: dict[str, _Person] = {}

    @asynccontextmanager
    async def taken(self, user_id: str) -> AsyncIterator[None]:
        """Hold one for the block; raises `RateLimitExceeded` at the person's own limit, `Unavailable` at everybody's.

        Without a `user_id` it is for nobody in particular, who is one person here.
        """
        person = self._persons.setdefault(user_id, _Person(free=asyncio.Semaphore(self._each)))
        person.here += 1
        try:
            async with AsyncExitStack() as held:
                await self._take(held, person)
                yield
        finally:
            person.here -= 1
            if not person.here:
                del self._persons[user_id]

    async def _take(self, held: AsyncExitStack, person: _Person) -> None:
        alone = True
        try:
            async with asyncio.timeout(self._wait_seconds):
                await held.enter_async_context(person.free)
                alone = False
                await held.enter_async_context(self._free)
        except TimeoutError as problem:
            if alone:
                raise RateLimitExceeded(
                    f"{self._each} of your requests run already; wait for them",
                    code="too_many_at_once", retry_after_seconds=_AGAIN_SECONDS,
                ) from problem  # fmt: skip
            raise Unavailable("no database connection is free", code="database_busy") from problem
