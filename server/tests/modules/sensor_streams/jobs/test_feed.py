"""One computation and those who read it."""

import asyncio
from typing import Any

import pytest

from nexy.contracts.errors import Internal
from nexy.modules.sensor_streams.jobs.feed import Cursor, Feed, HeldUpError
from nexy.modules.sensor_streams.producing import Row
from nexy.modules.sensor_streams.workers.wire import Begin
from nexy.utils.supervisor import owned_task
from support.fake_fibre import feed_order, spec
from support.fake_producers import PlayedProduction
from support.virtual_time import run_virtual


class _Stage:
    """A feed of 4 rows at most with its computation."""

    def __init__(self, *, live: bool = False) -> None:
        self.released: list[Feed] = []
        self.feed = Feed(live=live, first_row=0, capacity=4, released=self.released.append)
        begin = Begin(spec=spec(), feed=feed_order(), credit=4)
        self.production = PlayedProduction(begin, self.feed, 4)

    def reader(self, number: int = 0) -> Cursor:
        cursor = self.feed.attach(number)
        self.feed.began(self.production)
        return cursor


async def _read(cursor: Cursor, rows: int) -> list[float]:
    """The rows that are there; each row's highest value is its number."""
    read: list[Any] = [await cursor.next() for _ in range(rows)]
    return [held.row.highest for held in read]


async def test_rows_come_in_order() -> None:
    """What the computation gives is what a reader gets, and after the last row None."""
    stage = _Stage()
    cursor = stage.reader()
    stage.production.play(3)
    stage.feed.ended()
    assert await _read(cursor, 3) == [0, 1, 2]
    assert await cursor.next() is None


async def test_a_reader_waits_for_the_next_row() -> None:
    """`next` returns as soon as a row has come."""
    stage = _Stage()
    cursor = stage.reader()
    async with owned_task(cursor.next()) as reading:
        await asyncio.sleep(0)
        assert not reading.done()
        stage.production.play(1)
        held = await reading
    assert held is not None


async def test_the_slowest_reader_holds_a_historic_computation_up() -> None:
    """Credit comes back only for rows that everybody has had; nobody loses any."""
    stage = _Stage()
    fast, slow = stage.reader(), stage.reader()
    assert stage.production.play(10) == 4
    assert await _read(fast, 4) == [0, 1, 2, 3]
    assert stage.production.play(10) == 0
    assert await _read(slow, 1) == [0]
    assert stage.production.play(10) == 1
    assert await _read(fast, 1) == [4]
    assert await _read(slow, 4) == [1, 2, 3, 4]


async def test_no_credit_is_lost_over_a_long_run() -> None:
    """Portions of credit never strand a reader that keeps reading."""
    stage = _Stage()
    cursor = stage.reader()
    read: list[float] = []
    while len(read) < 1000:
        given = stage.production.play(3)
        assert given
        read += await _read(cursor, given)
    assert read == list(range(len(read)))


async def test_a_slow_live_reader_loses_the_oldest() -> None:
    """The computation is never held up; what is left is the newest rows."""
    stage = _Stage(live=True)
    cursor = stage.reader()
    for _ in range(5):
        assert stage.production.play(2) == 2
    assert await _read(cursor, 4) == [6, 7, 8, 9]


async def test_the_last_reader_ends_everything() -> None:
    """Only when nobody reads any more does the computation stop, and its rows are let go at once."""
    stage = _Stage()
    first, second = stage.reader(), stage.reader()
    stage.production.play(4)
    first.leave()
    assert not stage.production.stopped
    second.leave()
    assert stage.production.stopped
    assert stage.released == [stage.feed]
    assert stage.feed.ring.next == 0
    second.leave()
    assert stage.released == [stage.feed]


async def test_a_slow_reader_that_leaves_frees_the_others() -> None:
    """What it held back is dropped and credited when it goes."""
    stage = _Stage()
    fast, slow = stage.reader(), stage.reader()
    stage.production.play(4)
    await _read(fast, 4)
    slow.leave()
    assert stage.production.play(10) == 4


async def test_whoever_leaves_while_waiting_gets_the_end() -> None:
    """A reader that is closed from outside does not wait for ever."""
    stage = _Stage()
    cursor = stage.reader()
    async with owned_task(cursor.next()) as reading:
        await asyncio.sleep(0)
        cursor.leave()
        assert await reading is None


async def test_a_computation_that_begins_for_nobody_is_stopped() -> None:
    """Readers may all be gone before the worker has started."""
    stage = _Stage()
    cursor = stage.feed.attach(0)
    cursor.leave()
    stage.feed.began(stage.production)
    assert stage.production.stopped


async def test_a_failure_comes_after_the_rows() -> None:
    """What was computed is still read; then every reader meets the same error."""
    stage = _Stage()
    one, other = stage.reader(), stage.reader()
    stage.production.play(1)
    stage.feed.failed(Internal("the file is gone"))
    assert await _read(one, 1) == [0]
    for cursor in (one, one):
        with pytest.raises(Internal, match="the file is gone"):
            await cursor.next()
    assert await _read(other, 1) == [0]


async def test_a_cancelled_read_loses_nothing() -> None:
    """The row that comes after is still there for the next read."""
    stage = _Stage()
    cursor = stage.reader()
    async with owned_task(cursor.next()):
        await asyncio.sleep(0)
    stage.production.play(1)
    assert await _read(cursor, 1) == [0]


async def test_what_a_feed_can_give() -> None:
    """From the oldest row that is held up to the one that comes next; nothing after a failure."""
    feed = Feed(live=False, first_row=100, capacity=4, released=lambda _feed: None)
    cursor = feed.attach(0)
    for _ in range(3):
        feed.row(Row(start_ns=0, end_ns=0, intensities=b"", highest=0.0, lowest=0.0))
    await cursor.next()
    assert [row for row in range(98, 107) if feed.gives(row)] == [101, 102, 103]
    feed.failed(Internal("gone"))
    assert not feed.gives(102)


def test_a_reader_does_not_wait_for_ever_for_a_slower_one() -> None:
    """Two seconds after the last row that could come, it is told to go its own way; the slow one still has all."""

    async def told() -> None:
        stage = _Stage()
        fast, slow = stage.reader(), stage.reader()
        stage.production.play(10)
        await _read(fast, 4)
        assert stage.feed.held_up
        assert not stage.feed.gives(4)
        with pytest.raises(HeldUpError):
            await fast.next()
        assert asyncio.get_running_loop().time() == pytest.approx(2.0)
        fast.leave()
        assert await _read(slow, 4) == [0, 1, 2, 3]
        assert not stage.feed.held_up
        assert stage.feed.gives(4)

    run_virtual(told())


def test_a_slow_source_is_no_slow_reader() -> None:
    """Who waits because nothing was computed yet goes on waiting, live and historic, however long."""

    async def waited(live: bool) -> None:
        stage = _Stage(live=live)
        cursor = stage.reader()
        stage.reader()
        async with owned_task(cursor.next()) as reading:
            await asyncio.sleep(60)
            assert not reading.done()
            stage.production.play(1)
            held = await reading
            assert held is not None
            assert held.row.highest == 0

    for live in (True, False):
        run_virtual(waited(live))
