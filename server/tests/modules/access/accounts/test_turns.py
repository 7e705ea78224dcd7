"""Who waits for whom."""

import asyncio

import pytest

from nexy.contracts.errors import Unavailable
from nexy.modules.access.accounts.turns import Turns
from support.virtual_time import run_virtual


async def _hash(turns: Turns, who: str, done: list[str], seconds: float = 1.0) -> None:
    async with turns.of(who):
        await asyncio.sleep(seconds)
        done.append(who)


def test_one_waits_for_itself() -> None:
    """Two of one at a time; another has its turn at once."""

    async def scenario() -> None:
        turns, done = Turns(2, 64), list[str]()
        many = [asyncio.create_task(_hash(turns, "eve", done)) for _ in range(10)]
        await asyncio.sleep(0.5)
        await _hash(turns, "anna", done)
        assert done == ["eve", "eve", "anna"]
        await asyncio.gather(*many)
        assert asyncio.get_running_loop().time() == pytest.approx(5.0)

    run_virtual(scenario())


def test_too_many_of_one_are_refused() -> None:
    """Told to come again; others are not."""

    async def scenario() -> None:
        turns, done = Turns(1, 2), list[str]()
        three = [asyncio.create_task(_hash(turns, "eve", done)) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(Unavailable) as refused:
            await _hash(turns, "eve", done)
        assert (refused.value.code, refused.value.retry_after_seconds) == ("passwords_busy", 1.0)
        await _hash(turns, "anna", done, 0.1)
        await asyncio.gather(*three)

    run_virtual(scenario())


def test_who_gives_up_leaves_no_trace() -> None:
    """Neither one that waits nor one that has its turn; nothing is kept of anybody who is through."""

    async def scenario() -> None:
        turns, done = Turns(1, 9), list[str]()
        tasks = [asyncio.create_task(_hash(turns, "eve", done)) for _ in range(3)]
        await asyncio.sleep(0.5)
        for task in tasks[:2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (done, turns._lines) == (["eve"], {})

    run_virtual(scenario())
