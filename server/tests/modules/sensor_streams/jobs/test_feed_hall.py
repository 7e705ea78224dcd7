"""Which computation a viewer gets."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from nexy.contracts.errors import StreamLimitExceeded
from nexy.modules.sensor_streams.jobs.feed_hall import FeedHall, Wanted
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder
from support.fake_fibre import facts, feed_order, spec
from support.fake_producers import PlayedProducers

LIVE = facts(live=True, kind="loop", samples=None)


@pytest.fixture
def producers() -> PlayedProducers:
    return PlayedProducers()


@pytest_asyncio.fixture
async def hall(producers: PlayedProducers) -> AsyncIterator[FeedHall]:
    made = FeedHall(producers, 1024 * 1024)
    yield made
    await made.cleanup()


def _historic(first_row: int = 0, **other: object) -> Wanted:
    return Wanted(spec=spec(), order=feed_order(**other), first_row=first_row)


def _live(from_ns: int | None = None) -> Wanted:
    order: FeedOrder = feed_order(LIVE, start_s=None, end_s=None)
    return Wanted(spec=spec(), order=order, from_ns=from_ns)


async def _settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_equal_orders_share_one_computation(hall: FeedHall, producers: PlayedProducers) -> None:
    """The second viewer of the same rows begins nothing, and both get every row."""
    cursors = [hall.join(_historic()) for _ in range(3)]
    await _settle()
    assert len(producers.begun) == hall.running == 1
    producers.begun[0].play(2)
    for cursor in cursors:
        held = await cursor.next()
        assert held is not None
        assert held.row.highest == 0


async def test_different_orders_do_not(hall: FeedHall, producers: PlayedProducers) -> None:
    """Another window length is another computation."""
    hall.join(_historic())
    hall.join(_historic(nfft=512))
    await _settle()
    assert len(producers.begun) == 2


async def test_who_comes_late_gets_a_computation_of_its_own(hall: FeedHall, producers: PlayedProducers) -> None:
    """Where the first rows are gone, they are computed again from the row that is wanted."""
    first = hall.join(_historic())
    await _settle()
    producers.begun[0].play(10)
    for _ in range(5):
        await first.next()
    hall.join(_historic())
    hall.join(_historic(first_row=3))
    shared = hall.join(_historic(first_row=7))
    await _settle()
    assert [each.begin.first_row for each in producers.begun] == [0, 0, 3]
    held = await shared.next()
    assert held is not None
    assert held.row.highest == 7


async def test_a_computation_ends_with_its_last_viewer(hall: FeedHall, producers: PlayedProducers) -> None:
    """Nothing is left of it."""
    one, other = hall.join(_historic()), hall.join(_historic())
    await _settle()
    one.leave()
    assert hall.running == 1
    other.leave()
    assert hall.running == 0
    assert producers.begun[0].stopped


async def test_live_viewers_share_what_comes_now(hall: FeedHall, producers: PlayedProducers) -> None:
    """Whoever comes later begins with the next row, not with old ones."""
    hall.join(_live())
    await _settle()
    producers.begun[0].play(5)
    late = hall.join(_live())
    producers.begun[0].play(1)
    held = await late.next()
    assert held is not None
    assert held.row.highest == 5
    assert len(producers.begun) == 1


async def test_a_live_viewer_that_comes_back_takes_what_is_held(hall: FeedHall, producers: PlayedProducers) -> None:
    """It joins the computation that runs; alone, it begins one where it stopped."""
    hall.join(_live())
    await _settle()
    producers.begun[0].play(5)
    back = hall.join(_live(from_ns=10**18 + 1))
    held = await back.next()
    assert held is not None
    assert held.row.highest == 0
    assert hall.running == 1


async def test_a_live_viewer_alone_begins_where_it_stopped(hall: FeedHall, producers: PlayedProducers) -> None:
    """The time is passed to the worker."""
    hall.join(_live(from_ns=10**18 + 77))
    await _settle()
    assert producers.begun[0].begin.from_ns == 10**18 + 77


async def test_the_buffer_is_bounded_by_bytes(hall: FeedHall, producers: PlayedProducers) -> None:
    """As many rows as fit into the configured bytes, at most 256, at least one."""
    hall.join(_historic())
    tiny = FeedHall(producers, 1)
    small = FeedHall(producers, 3 * feed_order().row_bytes)
    for other in (tiny, small):
        other.join(_historic())
    await _settle()
    assert [each.begin.credit for each in producers.begun] == [1024 * 1024 // (8 * 129 * 4), 1, 3]
    await tiny.cleanup()
    await small.cleanup()


async def test_what_cannot_begin_is_told_to_the_viewer(hall: FeedHall, producers: PlayedProducers) -> None:
    """The error comes out of `next`; the next viewer tries anew."""
    producers.problem = StreamLimitExceeded("memory is spent")
    cursor = hall.join(_historic())
    with pytest.raises(StreamLimitExceeded):
        await cursor.next()
    producers.problem = None
    hall.join(_historic())
    await _settle()
    assert len(producers.begun) == 1


async def test_a_viewer_that_leaves_before_the_start(hall: FeedHall, producers: PlayedProducers) -> None:
    """A computation that begins after everybody has gone is stopped at once."""
    producers.gate = asyncio.Event()
    hall.join(_historic()).leave()
    producers.gate.set()
    await _settle()
    assert producers.begun[0].stopped
    assert hall.running == 0
