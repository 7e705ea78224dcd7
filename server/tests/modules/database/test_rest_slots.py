"""Connections of /rest/v1: half of the pool at most, and few for one person."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack

import pytest

from nexy.contracts.errors import NexyError, RateLimitExceeded, Unavailable
from nexy.modules.database.rest_slots import RestSlots
from support.virtual_time import run_virtual


def slots(connections: int = 10, each: int = 2) -> RestSlots:
    return RestSlots(connections, each, wait_seconds=2.0)


async def refused(there: RestSlots, person: str) -> type[NexyError] | None:
    """How one more is refused, None where it is let in."""
    try:
        async with there.taken(person):
            return None
    except NexyError as problem:
        return type(problem)


async def _one_person() -> None:
    there = slots()
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(there.taken("anna"))
        assert await refused(there, "anna") is RateLimitExceeded
        assert await refused(there, "boris") is None
        assert await refused(there, "") is None
    assert await refused(there, "anna") is None


async def _all() -> None:
    there = slots(connections=4)
    async with there.taken("anna"), there.taken("boris"):
        began = asyncio.get_running_loop().time()
        assert await refused(there, "clara") is Unavailable
        assert asyncio.get_running_loop().time() - began == pytest.approx(2.0)
    assert await refused(there, "clara") is None


async def _waiting() -> None:
    there, order = slots(connections=2, each=1), []

    async def one(person: str) -> None:
        async with there.taken(person):
            order.append(person)
            await asyncio.sleep(0.5)

    await asyncio.gather(*(one(person) for person in ("anna", "anna", "anna", "boris")))
    assert order == ["anna", "boris", "anna", "anna"]


async def _given_up() -> None:
    there = slots(connections=2, each=1)
    async with there.taken("anna"):
        waiting = asyncio.ensure_future(refused(there, "anna"))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert await refused(there, "anna") is None
    assert there._persons == {}


@pytest.mark.parametrize("story", [_one_person, _all, _waiting, _given_up])
def test_slots(story: object) -> None:
    """One person has two; all together half; who waits lets others go first; who gives up leaves nothing."""
    assert callable(story)
    coroutine: Coroutine[None, None, None] = story()
    run_virtual(coroutine)


def test_a_pool_of_one_connection_serves_all_the_same() -> None:
    """Half of one is one."""
    assert run_virtual(refused(slots(connections=1), "anna")) is None
