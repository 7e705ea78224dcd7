"""One worker process, from its start to whatever end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.errors import Internal, NexyError, Unavailable, ValidationFailed
from nexy.modules.sensor_streams.producing import Row
from nexy.modules.sensor_streams.workers import stream_worker
from nexy.modules.sensor_streams.workers.stream_worker import StreamWorker
from nexy.modules.sensor_streams.workers.wire import Begin, Look
from nexy.utils.supervisor import owned_task
from support.fake_fibre import feed_order, spec
from support.speech import wait_gone

pytestmark = pytest.mark.slow


class _Sink:
    """Keeps what comes."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.over: asyncio.Future[NexyError | None] = asyncio.get_running_loop().create_future()
        self.arrived = asyncio.Event()

    def row(self, row: Row) -> None:
        self.rows.append(row)
        self.arrived.set()

    def ended(self) -> None:
        self.over.set_result(None)

    def failed(self, problem: NexyError) -> None:
        self.over.set_result(problem)


@asynccontextmanager
async def _worker() -> AsyncIterator[StreamWorker]:
    worker = await StreamWorker.launch(30)
    try:
        yield worker
    finally:
        await worker.stop(5)


def _begin(kind: str = "recording", credit: int = 1000) -> Begin:
    return Begin(spec=spec(kind=kind), feed=feed_order(), credit=credit)


@pytest.mark.usefixtures("played_worker")
async def test_rows_arrive_as_they_were_computed() -> None:
    """All of them, in buffers of their own, and then the end; nothing is held after it."""
    async with _worker() as worker:
        sink = _Sink()
        worker.begin(_begin(), sink)
        assert worker.memory_bytes == feed_order().memory_bytes
        async with asyncio.timeout(20):
            assert await sink.over is None
        assert worker.idle
    assert len(sink.rows) == 128
    row = np.frombuffer(sink.rows[77].intensities, np.float32).reshape(8, 129)
    assert row[:, 32] == pytest.approx(range(1, 9), rel=0.01)
    assert sink.rows[77].highest == float(row.max())


@pytest.mark.usefixtures("played_worker")
async def test_many_computations_at_once() -> None:
    """Each gets its own rows, whatever the others do."""
    async with _worker() as worker:
        sinks = [_Sink() for _ in range(6)]
        for sink in sinks:
            worker.begin(_begin(), sink)
        async with asyncio.timeout(30):
            await asyncio.gather(*(sink.over for sink in sinks))
    assert {tuple(bytes(row.intensities) for row in sink.rows) for sink in sinks} == {
        tuple(bytes(row.intensities) for row in sinks[0].rows)
    }


@pytest.mark.usefixtures("played_worker")
async def test_a_computation_that_is_stopped_is_free_soon() -> None:
    """Its sink hears nothing more at once; its memory is free when the worker has said so."""
    async with _worker() as worker:
        sink = _Sink()
        production = worker.begin(_begin(credit=2), sink)
        await sink.arrived.wait()
        production.stop()
        seen = len(sink.rows)
        production.more(50)
        async with asyncio.timeout(20):
            while not worker.idle:
                await asyncio.sleep(0)
        assert len(sink.rows) == seen
        assert not sink.over.done()


@pytest.mark.usefixtures("played_worker")
@pytest.mark.parametrize(
    ("kind", "error", "told"),
    [
        ("refused", ValidationFailed, "there is no file"),
        ("broken", Internal, "became shorter"),
        ("defect", Internal, "RuntimeError"),
    ],
)
async def test_a_failure_reaches_its_sink_alone(kind: str, error: type[NexyError], told: str) -> None:
    """The source's words for what it says, the class for what nobody foresaw; the worker goes on."""
    async with _worker() as worker:
        sink, other = _Sink(), _Sink()
        worker.begin(_begin(kind), sink)
        worker.begin(_begin(), other)
        async with asyncio.timeout(20):
            problem = await sink.over
            assert await other.over is None
        assert isinstance(problem, error)
        assert told in problem.message
        assert "secret" not in problem.message
        assert worker.alive


@pytest.mark.usefixtures("played_worker")
async def test_a_look_tells_of_the_source_or_why_not() -> None:
    """The facts and how much there is; a refusal with its field."""
    async with _worker() as worker:
        seen = await worker.look(Look(spec=spec("north")))
        assert (seen.facts.name, seen.available, seen.facts.channels) == ("north", 10_000, 8)
        with pytest.raises(ValidationFailed, match="no file") as refused:
            await worker.look(Look(spec=spec(kind="refused")))
        assert refused.value.field == "source"


@pytest.mark.usefixtures("played_worker")
async def test_a_killed_worker_fails_all_that_it_computed() -> None:
    """With a sentence that says what to do; who waits for a look is told, too."""
    async with _worker() as worker:
        sinks = [_Sink(), _Sink()]
        for sink in sinks:
            worker.begin(_begin(credit=1), sink)
        await sinks[0].arrived.wait()
        os.kill(worker.pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            for sink in sinks:
                problem = await sink.over
                assert isinstance(problem, Internal)
                assert "signal 9" in problem.message
                assert "configure the job again" in problem.message
        assert not worker.alive
        assert worker.idle


@pytest.mark.usefixtures("played_worker")
async def test_a_source_that_takes_the_process_with_it() -> None:
    """A look that kills the worker is `Unavailable`, not a hang."""
    async with _worker() as worker:
        with pytest.raises(Unavailable, match="exit code 3"):
            await worker.look(Look(spec=spec(kind="deadly")))


async def test_a_worker_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that ends or says nothing is told, and no process stays."""
    monkeypatch.setattr(stream_worker, "WORKER_MODULE", "no_such_module")
    with pytest.raises(Unavailable, match="sensor worker ended"):
        await StreamWorker.launch(30)
    monkeypatch.setattr(stream_worker, "WORKER_MODULE", "this")
    monkeypatch.setattr(sys, "executable", "/no-such-program")
    with pytest.raises(Unavailable, match="does not start"):
        await StreamWorker.launch(30)


async def test_a_worker_that_is_not_ready_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is killed."""
    (tmp_path / "dumb.py").write_text("import os\nos.read(0, 1)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(stream_worker, "WORKER_MODULE", "dumb")
    with pytest.raises(Unavailable, match="not ready after"):
        await StreamWorker.launch(0.2)


@pytest.mark.usefixtures("played_worker")
@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_a_cancelled_start_leaves_no_process(turns: int) -> None:
    """Wherever it is given up."""
    async with owned_task(StreamWorker.launch(30)) as start:
        for _ in range(turns):
            await asyncio.sleep(0)
        start.cancel()
        await asyncio.wait((start,))
        assert start.cancelled()


async def test_a_worker_ends_with_its_server() -> None:
    """After SIGKILL of the server no worker is left, without anybody's help."""
    program = (
        "import asyncio\n"
        "from nexy.modules.sensor_streams.workers.stream_worker import StreamWorker\n"
        "async def main():\n"
        "    worker = await StreamWorker.launch(30)\n"
        "    print(worker.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    worker = os.pidfd_open(int(await server.stdout.readline()))
    try:
        server.kill()
        await server.wait()
        assert await asyncio.to_thread(wait_gone, worker, 20.0)
    finally:
        os.close(worker)
