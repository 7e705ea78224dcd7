"""Lending in the order of asking."""

import asyncio

import pytest

from nexy.contracts.errors import Unavailable
from nexy.modules.audio_generation.lending import Lender
from nexy.utils.supervisor import owned_task
from support.virtual_time import run_virtual


def test_what_is_there_is_lent_at_once() -> None:
    """An idle item needs no waiting, and the one that came back last goes first."""

    async def story() -> None:
        lender: Lender[str] = Lender()
        lender.give("cold")
        lender.give("warm")
        assert await lender.borrow(1) == "warm"
        assert await lender.borrow(1) == "cold"

    run_virtual(story())


def test_who_waits_longest_comes_first() -> None:
    """Returned items go to the borrowers in the order in which they asked."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        order: list[str] = []

        async def borrower(name: str) -> None:
            item = await lender.borrow(100)
            order.append(name)
            await asyncio.sleep(1)
            lender.give(item)

        async with asyncio.TaskGroup() as group:
            for name in "abcd":
                group.create_task(borrower(name))
                await asyncio.sleep(0.1)
            lender.give(1)
        assert order == list("abcd")

    run_virtual(story())


def test_nobody_pushes_in() -> None:
    """An item that is promised to a waiting borrower is not taken by one who comes in the same moment."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        async with owned_task(lender.borrow(10)) as waiting:
            await asyncio.sleep(0)
            lender.give(1)
            with pytest.raises(Unavailable):
                await lender.borrow(0)
            assert await waiting == 1

    run_virtual(story())


def test_waiting_ends() -> None:
    """Without an item in time the borrower is told that all are busy, after exactly that time."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        began = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable) as refusal:
            await lender.borrow(20)
        assert refusal.value.code == "speech_busy"
        assert asyncio.get_running_loop().time() - began == pytest.approx(20)
        lender.give(1)
        assert await lender.borrow(0) == 1

    run_virtual(story())


def test_an_item_for_a_cancelled_borrower_is_not_lost() -> None:
    """A borrower that is cancelled in the moment of receiving passes the item on."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        async with owned_task(lender.borrow(10)) as first, owned_task(lender.borrow(10)) as second:
            await asyncio.sleep(0)
            lender.give(7)
            first.cancel()
            assert await second == 7
            assert first.cancelled()

    run_virtual(story())


def test_a_cancelled_borrower_is_skipped() -> None:
    """Whoever left the queue gets nothing."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        async with owned_task(lender.borrow(10)) as first:
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.wait([first])
        lender.give(7)
        assert await lender.borrow(0) == 7

    run_virtual(story())


def test_a_refusal_reaches_everyone_who_waits_and_comes() -> None:
    """While nothing can be lent, nobody waits for it; the reason is told."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        async with owned_task(lender.borrow(10)) as waiting:
            await asyncio.sleep(0)
            lender.refuse("no voice data")
            with pytest.raises(Unavailable, match="no voice data"):
                await waiting
        with pytest.raises(Unavailable, match="no voice data"):
            await lender.borrow(10)
        assert asyncio.get_running_loop().time() == 0

    run_virtual(story())


def test_a_new_item_ends_the_refusal() -> None:
    """After something is there again, borrowers wait again."""

    async def story() -> None:
        lender: Lender[int] = Lender()
        lender.refuse("down")
        lender.give(1)
        assert await lender.borrow(1) == 1
        with pytest.raises(Unavailable, match="busy"):
            await lender.borrow(1)

    run_virtual(story())


def test_a_withdrawn_item_is_not_lent() -> None:
    """What is withdrawn while idle is gone; withdrawing what is out changes nothing."""

    async def story() -> None:
        lender: Lender[str] = Lender()
        lender.give("dead")
        lender.give("well")
        lender.withdraw("dead")
        lender.withdraw("unknown")
        assert await lender.borrow(1) == "well"
        with pytest.raises(Unavailable):
            await lender.borrow(1)

    run_virtual(story())


async def test_who_waits_is_counted() -> None:
    """`waiting` is the number of those who want an item and have none, whatever ends their wait."""
    lender: Lender[str] = Lender()
    assert lender.waiting == 0
    async with owned_task(lender.borrow(10)) as first, owned_task(lender.borrow(10)) as second:
        await asyncio.sleep(0)
        assert lender.waiting == 2
        lender.give("worker")
        assert await first == "worker"
        assert lender.waiting == 1
        second.cancel()
        await asyncio.wait((second,))
        assert lender.waiting == 0
