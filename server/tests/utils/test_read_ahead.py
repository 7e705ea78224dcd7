"""read_ahead: bounded, ordered, truthful about failures, and gone when its block ends."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from nexy.utils.read_ahead import read_ahead


async def numbers(count: int, seen: list[int], closed: list[bool]) -> AsyncGenerator[int, None]:
    try:
        for number in range(count):
            seen.append(number)
            yield number
    finally:
        closed.append(True)


async def let_others_run() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_everything_arrives_in_order() -> None:
    """The reader gets every item once, in the order of the source."""
    async with read_ahead(numbers(50, [], []), weight=lambda _: 0.3) as ahead:
        assert [item async for item in ahead] == list(range(50))


async def test_source_waits_at_its_budget() -> None:
    """With a quarter of the budget per item the source stops after four unread items."""
    seen: list[int] = []
    async with read_ahead(numbers(50, seen, []), weight=lambda _: 0.25) as ahead:
        await let_others_run()
        assert seen == [0, 1, 2, 3]
        assert await ahead.ready()
        ahead.take()
        await let_others_run()
        assert seen == [0, 1, 2, 3, 4]


async def test_item_heavier_than_the_budget_still_passes() -> None:
    """One item above the whole budget is handed over, not waited on for ever."""
    async with read_ahead(numbers(3, [], []), weight=lambda _: 5.0) as ahead:
        assert [item async for item in ahead] == [0, 1, 2]


async def test_leaving_the_block_closes_the_source() -> None:
    """A reader that leaves early ends the task and closes the source before going on."""
    closed: list[bool] = []
    async with read_ahead(numbers(50, [], closed), weight=lambda _: 0.5) as ahead:
        assert await ahead.ready()
    assert closed == [True]


async def test_failure_reaches_the_reader_after_the_items() -> None:
    """What the source raised is raised to the reader, unwrapped, once the items before it are taken."""

    async def failing() -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("source")

    taken = []
    with pytest.raises(ValueError, match="source"):
        async with read_ahead(failing(), weight=lambda _: 0.1) as ahead:
            async for item in ahead:
                taken.append(item)
    assert taken == [1]


async def test_body_failure_is_not_wrapped() -> None:
    """A failure of the block itself leaves as it is, never as an exception group."""
    with pytest.raises(KeyError):
        async with read_ahead(numbers(5, [], []), weight=lambda _: 0.1):
            raise KeyError("body")


async def test_waiting_can_be_cancelled_without_loss() -> None:
    """A reader that gives up waiting after a time-out still gets the next item later."""
    go = asyncio.Event()

    async def slow() -> AsyncGenerator[int, None]:
        await go.wait()
        yield 7

    async with read_ahead(slow(), weight=lambda _: 0.1) as ahead:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await ahead.ready()
        go.set()
        assert await ahead.ready()
        assert ahead.take() == 7
