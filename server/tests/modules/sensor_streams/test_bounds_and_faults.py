"""A real `nexy serve` with sensor streams: what it holds in memory, and what is left when something goes wrong."""

import asyncio
import os
import signal
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import grpc
import numpy as np
import pytest

from nexy.modules.sensor_streams.workers.stream_worker import WORKER_MODULE
from nexy_protocol import datastream_pb2 as pb
from nexy_protocol.datastream_pb2_grpc import DataStreamServiceStub
from support.nexy_process import NexyProcess, nexy_serve
from support.proc import children, rss_mib
from support.sensor_server import asked, order_body, sensor_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory and children from /proc (Linux)"),
]

START = 1_700_000_000
# Three years in the file's own words: 100 million seconds of 64 channels.
LONG = f"long=synthetic:?channels=64&duration=1e8&start={START}"
LIVE = "now=synthetic:?channels=256"
_SLACK_MIB = 24


@asynccontextmanager
async def served(home: Path, sources: str, **settings: str) -> AsyncIterator[tuple[NexyProcess, DataStreamServiceStub]]:
    async with nexy_serve(home, SENSOR_SOURCES=sources, **settings) as server:
        options = [("grpc.max_receive_message_length", 64 * 1024 * 1024)]
        async with grpc.aio.insecure_channel(server.doors["grpc"], options=options) as channel:
            yield server, DataStreamServiceStub(channel)


async def configured(server: NexyProcess, **body: Any) -> dict[str, Any]:
    address = f"http://{server.doors['api']}/focus-server/configure"
    status, told = await asyncio.to_thread(asked, address, order_body(**body))
    assert status == 200, told
    answer: dict[str, Any] = told
    return answer


async def read(call: Any, frames: int) -> list[pb.DataStream]:
    found: list[pb.DataStream] = []
    async with asyncio.timeout(60):
        while len(found) < frames and isinstance(message := await call.read(), pb.DataStream):
            found.append(message)
    return found


def family_rss(server: NexyProcess) -> tuple[float, float]:
    """The server and its one worker."""
    (worker,) = children(server.process.pid, WORKER_MODULE)
    return rss_mib(server.process.pid), rss_mib(worker)


async def test_memory_does_not_grow_with_what_is_streamed(tmp_path: Path) -> None:
    """Out of a recording of three years, an hour of rows later server and worker hold what they held before."""
    async with served(tmp_path, LONG) as (server, stub):
        told = await configured(
            server, channels={"min": 0, "max": 63}, nfftSelection=512, displayInfo={"height": 32},
            start_time=START + 1000, end_time=START + 9e7,
        )  # fmt: skip
        call = stub.StreamSpectrograms(pb.StreamRequest(job_id=told["job_id"], encoding=pb.PACKED_F32))
        await read(call, 1500)
        before = family_rss(server)
        frames = await read(call, 5000)
        after = family_rss(server)
        call.cancel()
    assert frames[-1].frame_number == 6500
    for grown in (one - other for one, other in zip(after, before, strict=True)):
        assert grown < _SLACK_MIB


async def test_viewers_that_never_read_cost_nothing_more_and_stop_nobody(tmp_path: Path) -> None:
    """Three of them beside one that reads a live stream and one that reads a historic one: both go on, memory stays."""
    async with served(tmp_path, f"{LIVE},{LONG}") as (server, stub):
        wide = {"nfftSelection": 1024, "displayInfo": {"height": 513}}
        live = await configured(server, source="now", channels={"min": 0, "max": 255}, **wide)
        past = await configured(
            server, source="long", channels={"min": 0, "max": 63}, start_time=START, end_time=START + 9e7, **wide
        )
        asleep = [stub.StreamSpectrograms(pb.StreamRequest(job_id=job["job_id"])) for job in (live, live, past)]
        for call in asleep:
            assert len(await read(call, 1)) == 1
        awake = [stub.StreamSpectrograms(pb.StreamRequest(job_id=job["job_id"])) for job in (live, past)]
        # Until what may be held is full: rows and encoded rows, 32 MiB each.
        first = await read(awake[0], 90)
        await read(awake[1], 200)
        before = family_rss(server)
        second = await read(awake[0], 100)
        await read(awake[1], 500)
        after = family_rss(server)
        for call in (*asleep, *awake):
            call.cancel()
    # The reader that keeps up loses nothing for those that do not.
    assert [message.frame_number for message in first + second] == list(
        range(first[0].frame_number, first[0].frame_number + 190)
    )
    assert second[-1].dropped_frames == 0
    for grown in (one - other for one, other in zip(after, before, strict=True)):
        assert grown < _SLACK_MIB


async def test_a_worker_that_is_killed_ends_its_streams_and_is_replaced(tmp_path: Path) -> None:
    """SIGKILL in mid-stream: INTERNAL that says what to do, at once; configuring again runs in a new process."""
    async with served(tmp_path, LIVE) as (server, stub):
        call = stub.StreamSpectrograms(pb.StreamRequest(job_id=(await configured(server))["job_id"]))
        await read(call, 3)
        (worker,) = children(server.process.pid, WORKER_MODULE)
        os.kill(worker, signal.SIGKILL)
        began = time.monotonic()
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await read(call, 1000)
        assert time.monotonic() - began < 5
        assert ended.value.code() is grpc.StatusCode.INTERNAL
        assert "configure the job again" in (ended.value.details() or "")
        again = stub.StreamSpectrograms(pb.StreamRequest(job_id=(await configured(server))["job_id"], max_frames=2))
        assert len(await read(again, 2)) == 2
        (other,) = children(server.process.pid, WORKER_MODULE)
        assert other != worker


async def test_a_server_that_is_killed_leaves_no_worker(tmp_path: Path) -> None:
    """In mid-stream, with its worker computing: the process is gone soon, without anybody's help."""
    async with served(tmp_path, LIVE) as (server, stub):
        call = stub.StreamSpectrograms(pb.StreamRequest(job_id=(await configured(server))["job_id"]))
        await read(call, 3)
        (worker,) = children(server.process.pid, WORKER_MODULE)
        handle = os.pidfd_open(worker)
        try:
            await server.stopped_by(signal.SIGKILL)
            loop = asyncio.get_running_loop()
            gone = asyncio.Event()
            loop.add_reader(handle, gone.set)
            async with asyncio.timeout(10):
                await gone.wait()
            loop.remove_reader(handle)
        finally:
            os.close(handle)
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await read(call, 100_000)
        assert ended.value.code() is grpc.StatusCode.UNAVAILABLE


def _noise(path: Path, seconds: int) -> None:
    """16 channels at 1 kHz."""
    samples = np.random.default_rng(1).integers(-9000, 9000, (seconds * 1000, 16), np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((16, 2, 1000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


async def test_a_file_that_shrinks_under_a_stream_fails_its_job(tmp_path: Path) -> None:
    """What was computed still comes; then INTERNAL with the file's name, the job says failed, and others go on."""
    path = tmp_path / "well.wav"
    _noise(path, 300)
    sources = f"well=wav:{quote(str(path))}?start={START},{LIVE}"
    async with sensor_server(tmp_path / "home", sources, viewer_buffer_bytes=1024 * 1024) as server:
        job = (await server.configured(source="well", start_time=START, end_time=START + 300))["job_id"]
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=job))
        await read(call, 3)
        os.truncate(path, 50_000)
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await read(call, 100_000)
        assert ended.value.code() is grpc.StatusCode.INTERNAL
        assert "well.wav became shorter" in (ended.value.details() or "")
        status, told = await server.ask(f"jobs/{job}")
        assert (status, told["status"]) == (200, "failed")
        with pytest.raises(grpc.aio.AioRpcError) as late:
            await read(server.stub.StreamSpectrograms(pb.StreamRequest(job_id=job)), 1)
        assert late.value.code() is grpc.StatusCode.INTERNAL
        other = (await server.configured(source="now"))["job_id"]
        assert len(await read(server.stub.StreamSpectrograms(pb.StreamRequest(job_id=other, max_frames=2)), 2)) == 2


async def test_a_file_that_vanishes_is_told_when_it_is_next_opened(tmp_path: Path) -> None:
    """The stream that has it open may read on; a job on a file that is not there any more is refused by its name."""
    path = tmp_path / "well.wav"
    _noise(path, 60)
    async with sensor_server(tmp_path / "home", f"well=wav:{quote(str(path))}?start={START}") as server:
        order = {"source": "well", "start_time": START, "end_time": START + 60}
        told = await server.configured(**order)
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=told["job_id"]))
        first = await read(call, 3)
        path.unlink()
        rest = await read(call, 100_000)
        assert len([message for message in first + rest if message.rows]) == int(60 / told["lines_dt"])
        status, refused = await server.ask("configure", order_body(**order))
        assert (status, refused["details"]["field"]) == (400, "source")
        assert "well.wav" in refused["error"]


async def test_the_31st_job_is_refused_at_both_doors_alike(tmp_path: Path) -> None:
    """30 jobs by default; the next is 429 and leaves nothing, what runs goes on, and an ended one makes room."""
    async with sensor_server(tmp_path, LIVE) as server:
        jobs = [(await server.configured())["job_id"] for _ in range(30)]
        assert len(set(jobs)) == 30
        status, told = await server.ask("configure", order_body())
        assert status == 429
        assert "30" in told["error"]
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=jobs[7], max_frames=2))
        assert len(await read(call, 2)) == 2
        assert (await server.ask(f"jobs/{jobs[3]}", method="DELETE"))[0] == 200
        await server.configured()
