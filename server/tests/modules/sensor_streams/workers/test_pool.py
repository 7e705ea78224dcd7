"""The workers as a whole: started when needed, replaced when dead, ended when idle."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.errors import DeadlineExceeded, Internal, NexyError, StreamLimitExceeded
from nexy.modules.sensor_streams.producing import Row
from nexy.modules.sensor_streams.workers.pool import WorkerPool
from nexy.modules.sensor_streams.workers.wire import Begin, Look
from support.clock import FakeClock
from support.fake_fibre import feed_order, spec

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("played_worker")]


class _Sink:
    """Counts rows, and tells of the end."""

    def __init__(self) -> None:
        self.rows = 0
        self.over: asyncio.Future[NexyError | None] = asyncio.get_running_loop().create_future()

    def row(self, row: Row) -> None:
        self.rows += 1

    def ended(self) -> None:
        self.over.set_result(None)

    def failed(self, problem: NexyError) -> None:
        self.over.set_result(problem)


@asynccontextmanager
async def _pool(clock: FakeClock | None = None, **config: object) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(SensorStreamsConfig(**config), clock or FakeClock())  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        await pool.stop()


def _begin(credit: int = 1000) -> Begin:
    return Begin(spec=spec(), feed=feed_order(), credit=credit)


async def test_no_worker_runs_before_the_first_question() -> None:
    """An idle server has no worker; the first look starts one, the next ones share it."""
    async with _pool() as pool:
        assert pool.pids == ()
        await asyncio.gather(*(pool.look(Look(spec=spec())) for _ in range(4)))
        assert len(pool.pids) == 1


async def test_computations_are_spread() -> None:
    """Never more workers than configured; each new computation goes to the least loaded one."""
    async with _pool(workers=2) as pool:
        for _ in range(4):
            await pool.begin(_begin(credit=1), _Sink())
        assert len(pool.pids) == 2
        assert [worker.memory_bytes for worker in pool._workers] == [2 * feed_order().memory_bytes] * 2


async def test_memory_has_an_end() -> None:
    """What does not fit is refused with what to do; it fits again when another has ended."""
    needed = feed_order().memory_bytes
    async with _pool(worker_memory_bytes=needed + needed // 2) as pool:
        first = await pool.begin(_begin(credit=1), _Sink())
        with pytest.raises(StreamLimitExceeded, match="worker_memory_bytes") as full:
            await pool.begin(_begin(), _Sink())
        assert full.value.retry_after_seconds
        first.stop()
        async with asyncio.timeout(20):
            while pool.memory_bytes:
                await asyncio.sleep(0)
        sink = _Sink()
        await pool.begin(_begin(), sink)
        assert await sink.over is None


async def test_a_killed_worker_is_replaced_when_it_is_needed() -> None:
    """Its computations fail; the next one runs in a new process."""
    async with _pool() as pool:
        lost = _Sink()
        await pool.begin(_begin(credit=1), lost)
        killed = pool.pids[0]
        os.kill(killed, signal.SIGKILL)
        assert isinstance(await lost.over, Internal)
        assert pool.pids == ()
        sink = _Sink()
        await pool.begin(_begin(), sink)
        assert await sink.over is None
        assert sink.rows == 128
        assert pool.pids != (killed,)


async def test_an_idle_worker_is_ended() -> None:
    """After its time without work; not while it computes."""
    clock = FakeClock()
    async with _pool(clock) as pool:
        busy = await pool.begin(_begin(credit=1), _Sink())
        clock.advance(1000)
        await pool.retire()
        assert len(pool.pids) == 1
        busy.stop()
        async with asyncio.timeout(20):
            while pool.memory_bytes:
                await asyncio.sleep(0)
        clock.advance(59)
        await pool.retire()
        assert len(pool.pids) == 1
        clock.advance(2)
        await pool.retire()
        assert pool.pids == ()
        await pool.look(Look(spec=spec()))
        assert len(pool.pids) == 1


async def test_a_source_that_does_not_open_in_time() -> None:
    """The look is given up with the source's name; the pool goes on."""
    async with _pool(look_timeout_seconds=0.3) as pool:
        with pytest.raises(DeadlineExceeded, match="'well' was not open"):
            await pool.look(Look(spec=spec(kind="hanging")))
        assert len(pool.pids) == 1


async def test_stopping_ends_every_process() -> None:
    """In the middle of work, and again when nothing is left."""
    pool = WorkerPool(SensorStreamsConfig(workers=2), FakeClock())
    for _ in range(2):
        await pool.begin(_begin(credit=1), _Sink())
    await pool.stop()
    assert pool.pids == ()
    await pool.stop()
