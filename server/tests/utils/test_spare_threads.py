"""Work beside the event loop, within bounds."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from nexy.contracts.errors import Unavailable
from nexy.utils.spare_threads import SpareThreads


@asynccontextmanager
async def _one_at_work(waiting: int) -> AsyncGenerator[tuple[SpareThreads, threading.Event, "asyncio.Task[str]"], None]:
    """One thread that works until the event is set."""
    threads = SpareThreads("test", threads=1, waiting=waiting, retry_seconds=2.5)
    release, begun = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> str:
        loop.call_soon_threadsafe(begun.set)
        release.wait(30)
        return "first"

    task = loop.create_task(threads.run(work))
    await begun.wait()
    try:
        yield threads, release, task
    finally:
        release.set()
        await asyncio.wait((task,))
        await threads.close()


async def _waiting(threads: SpareThreads, inside: int) -> "asyncio.Task[str]":
    task = asyncio.get_running_loop().create_task(threads.run(lambda: "second"))
    while threads.inside < inside:
        await asyncio.sleep(0)
    return task


async def test_the_work_is_done_elsewhere() -> None:
    """Its result comes back, and so does its failure."""
    threads = SpareThreads("test", threads=1, waiting=0, retry_seconds=1.0)
    assert await threads.run(threading.get_ident) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0)
    assert threads.inside == 0
    await threads.close()


async def test_who_finds_the_queue_full_is_refused_at_once() -> None:
    """With a code of its own and a time to come again; those inside are served."""
    async with _one_at_work(waiting=1) as (threads, release, first):
        second = await _waiting(threads, 2)
        with pytest.raises(Unavailable) as refused:
            await threads.run(lambda: "third")
        assert (refused.value.code, refused.value.retry_after_seconds) == ("test_busy", 2.5)
        release.set()
        assert [await first, await second] == ["first", "second"]


async def test_a_caller_that_stops_waiting_gives_its_place_up() -> None:
    """The next one may wait in its stead."""
    async with _one_at_work(waiting=1) as (threads, release, _):
        left = await _waiting(threads, 2)
        left.cancel()
        await asyncio.wait((left,))
        assert (left.cancelled(), threads.inside) == (True, 1)
        second = await _waiting(threads, 2)
        release.set()
        assert await second == "second"


async def test_work_that_has_begun_keeps_its_place() -> None:
    """A thread cannot be stopped: while it runs nobody else begins, whoever has left."""
    async with _one_at_work(waiting=0) as (threads, release, first):
        first.cancel()
        await asyncio.wait((first,))
        with pytest.raises(Unavailable):
            await threads.run(lambda: "second")
        release.set()
        while threads.inside:
            await asyncio.sleep(0)
        assert await threads.run(lambda: "second") == "second"


async def test_closing_ends_what_runs_and_refuses_who_waits() -> None:
    """Whoever has begun is served; nobody is left waiting, and nothing more is taken."""
    async with _one_at_work(waiting=1) as (threads, release, first):
        second = await _waiting(threads, 2)
        closing = asyncio.get_running_loop().create_task(threads.close())
        await asyncio.sleep(0)
        assert not closing.done()
        release.set()
        await closing
        assert await first == "first"
        with pytest.raises(Unavailable):
            await second
        with pytest.raises(Unavailable):
            await threads.run(lambda: "third")
