"""The capability as a whole, with real worker processes."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import numpy as np
import pytest

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.errors import (
    ConfigurationInvalid,
    Internal,
    NotFound,
    StreamLimitExceeded,
    Unavailable,
    ValidationFailed,
)
from nexy.contracts.module import ModuleState
from nexy.contracts.streams import (
    DescribeSource,
    EndJob,
    FollowStream,
    JobFacts,
    JobState,
    ListSources,
    OpenJob,
    ReadJob,
    RecordingsInRange,
    SpectrumFrame,
    StreamOrder,
)
from nexy.modules.sensor_streams.module import SensorStreamsModule
from nexy.utils.clock import SystemClock
from support.fake_fibre import START_S, order
from support.peers import FakePeers

SYNTHETIC = "syn=synthetic:?tones=0:125:2&noise=0&channels=16&duration=20&start=1767225600"
CONFIGURED = "well=recording:/a, live=recording:/live, gone=recording:/refused, broken=recording:/broken"
pytestmark = pytest.mark.slow


@asynccontextmanager
async def _module(sources: str = CONFIGURED, **config: Any) -> AsyncIterator[SensorStreamsModule]:
    module = SensorStreamsModule()
    try:
        await module.initialize(SensorStreamsConfig(sources=sources, **config), FakePeers(clock=SystemClock()))
        yield module
    finally:
        await module.cleanup()


async def _frames(module: SensorStreamsModule, job: JobFacts, **other: int) -> list[SpectrumFrame]:
    frames = await module.process(FollowStream(job_id=job.job_id, **other))
    async with aclosing(frames), asyncio.timeout(20):
        return [followed.frame async for followed in frames]


@pytest.mark.usefixtures("played_worker")
async def test_a_job_from_its_order_to_its_end() -> None:
    """Configure, watch every stream, read the end; nothing is left running but an idle worker."""
    async with _module(channels_per_stream=5) as module:
        job = await module.process(OpenJob(order=order()))
        assert (job.rows, job.streams) == (128, 2)
        assert (await module.process(ReadJob(job_id=job.job_id))).state is JobState.PENDING
        for stream, channels in enumerate(((1, 5), (6, 3))):
            frames = await _frames(module, job, stream_id=stream)
            assert [frame.number for frame in frames] == list(range(1, 129))
            assert {(frame.first_channel, frame.sensors) for frame in frames} == {channels}
        row = np.frombuffer(frames[60].intensities, np.float32).reshape(3, 129)
        assert row[:, 32] == pytest.approx([6, 7, 8], rel=0.01)
        assert job.frequencies_hz[32] == 125.0
        assert (await module.process(ReadJob(job_id=job.job_id))).state is JobState.COMPLETED
        assert "0 jobs, 0 viewers, 0 computations; 1 workers" in module.status().detail


@pytest.mark.usefixtures("played_worker")
async def test_sources_are_listed_with_their_outcome() -> None:
    """What opens is described; what does not is in the status with its reason, and the module goes on."""
    async with _module() as module:
        assert module.status().parts["gone"] == "not opened yet"
        sources = await module.process(ListSources())
        assert [source.name for source in sources] == ["well", "live", "broken"]
        assert "no file" in module.status().parts["gone"]
        assert module.status().state is ModuleState.RUNNING
        assert (await module.process(DescribeSource())).name == "well"
        with pytest.raises(NotFound):
            await module.process(DescribeSource(name="west"))
        with pytest.raises(ValidationFailed, match="no file"):
            await module.process(DescribeSource(name="gone"))
        found = await module.process(RecordingsInRange(start_s=START_S + 6, end_s=START_S + 7))
        assert [source.name for source in found] == ["well", "broken"]
        with pytest.raises(ValidationFailed, match="end_time"):
            await module.process(RecordingsInRange(start_s=1, end_s=1))


@pytest.mark.usefixtures("played_worker")
async def test_a_live_source_is_watched_as_it_grows() -> None:
    """From now on, at its pace; a range that it holds can be asked for, too."""
    async with _module() as module:
        job = await module.process(OpenJob(order=order(source="live", start_s=None, end_s=None)))
        frames = await _frames(module, job, max_frames=4)
        assert [frame.number for frame in frames] == [1, 2, 3, 4]
        assert frames[0].start_ms >= 1_700_000_004_000
        past = await module.process(OpenJob(order=order(source="live", end_s=START_S + 3)))
        assert len(await _frames(module, past)) == past.rows == 76


@pytest.mark.usefixtures("played_worker")
async def test_what_is_refused_leaves_nothing() -> None:
    """A wrong order, an unknown source and an unreadable one take no place."""
    async with _module(max_jobs=1) as module:
        for wrong in (order(nfft=100), order(source="gone"), order(start_s=None, end_s=None)):
            with pytest.raises(ValidationFailed):
                await module.process(OpenJob(order=wrong))
        with pytest.raises(NotFound):
            await module.process(OpenJob(order=order(source="west")))
        await module.process(OpenJob(order=order()))
        with pytest.raises(StreamLimitExceeded) as full:
            await module.process(OpenJob(order=order()))
        assert full.value.retry_after_seconds


@pytest.mark.usefixtures("played_worker")
async def test_what_cannot_be_followed_says_so_at_once() -> None:
    """Unknown job, unknown stream, negative numbers: before any frame is asked for."""
    async with _module() as module:
        job_id = (await module.process(OpenJob(order=order()))).job_id
        with pytest.raises(NotFound, match="job 12-70788 not found"):
            await module.process(FollowStream(job_id="12-70788"))
        with pytest.raises(NotFound, match="streams 0 to 0, not 1"):
            await module.process(FollowStream(job_id=job_id, stream_id=1))
        with pytest.raises(ValidationFailed, match="resume_after_frame"):
            await module.process(FollowStream(job_id=job_id, after_frame=-1))
        with pytest.raises(ValidationFailed, match="max_frames"):
            await module.process(FollowStream(job_id=job_id, max_frames=-1))


@pytest.mark.usefixtures("played_worker")
async def test_a_job_can_be_ended() -> None:
    """Its stream ends, it is cancelled, and it is not to be watched again."""
    async with _module() as module:
        job = await module.process(OpenJob(order=order(source="live", start_s=None, end_s=None)))
        frames = await module.process(FollowStream(job_id=job.job_id))
        async with aclosing(frames), asyncio.timeout(20):
            await anext(frames)
            assert (await module.process(EndJob(job_id=job.job_id))).state is JobState.CANCELLED
            assert [followed async for followed in frames] == []
        assert (await module.process(EndJob(job_id=job.job_id))).state is JobState.CANCELLED
        with pytest.raises(NotFound, match="cancelled"):
            await module.process(FollowStream(job_id=job.job_id))


@pytest.mark.usefixtures("played_worker")
async def test_a_source_that_breaks_fails_its_job() -> None:
    """With the source's own words, in the stream and in the job's state."""
    async with _module() as module:
        job = await module.process(OpenJob(order=order(source="broken")))
        with pytest.raises(Internal, match="became shorter"):
            await _frames(module, job)
        status = await module.process(ReadJob(job_id=job.job_id))
        assert (status.state, status.viewers) == (JobState.FAILED, 0)
        assert "became shorter" in status.problem


@pytest.mark.usefixtures("played_worker")
async def test_a_killed_worker_fails_its_jobs_and_the_next_one_runs() -> None:
    """The sentence says what to do, and doing it works."""
    async with _module() as module:
        live = order(source="live", start_s=None, end_s=None)
        job = await module.process(OpenJob(order=live))
        frames = await module.process(FollowStream(job_id=job.job_id))
        async with aclosing(frames), asyncio.timeout(20):
            await anext(frames)
            assert module._pool is not None
            os.kill(module._pool.pids[0], signal.SIGKILL)
            with pytest.raises(Internal, match="configure the job again"):
                async for _followed in frames:
                    pass
        assert (await module.process(ReadJob(job_id=job.job_id))).state is JobState.FAILED
        again = await module.process(OpenJob(order=live))
        assert len(await _frames(module, again, max_frames=2)) == 2


@pytest.mark.usefixtures("played_worker")
async def test_stopping_ends_what_runs() -> None:
    """A viewer in the middle gets the end; afterwards nothing is answered."""
    async with _module() as module:
        job = await module.process(OpenJob(order=order(source="live", start_s=None, end_s=None)))
        frames = await module.process(FollowStream(job_id=job.job_id))
        async with aclosing(frames), asyncio.timeout(20):
            await anext(frames)
            await module.cleanup()
            assert [followed async for followed in frames] == []
        assert module.status().state is ModuleState.STOPPED
        with pytest.raises(Unavailable):
            await module.process(ListSources())


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("well", "NAME=KIND:ADDRESS"),
        ("well=recording:/a, demo=synthetik:", "there are: recording"),
        ("demo=synthetic:?tones=0:125", "CHANNEL:HZ:AMPLITUDE"),
        ("well=loop:/a?sped=2", "it has: .*speed"),
        ("well=recording:", "needs a path"),
    ],
)
async def test_sources_that_are_misspelt_stop_the_start(text: str, remedy: str) -> None:
    """The key is named and what it may say, down to each source's options; cleaning up after that is safe."""
    with pytest.raises(ConfigurationInvalid, match=rf"sensor_streams\.sources.*{remedy}"):
        async with _module(text):
            pass


async def test_a_synthetic_fibre_through_the_real_worker() -> None:
    """A calibrated tone comes out of the right bin with its amplitude; resuming gives the very same bytes."""
    async with _module(SYNTHETIC) as module:
        facts = await module.process(DescribeSource())
        begins = facts.start_ns / 1e9
        wanted = StreamOrder(
            nfft=1024, height=513, first_channel=facts.lowest_channel, last_channel=facts.highest_channel,
            start_s=begins + 2.0, end_s=begins + 6.0,
        )  # fmt: skip
        job = await module.process(OpenJob(order=wanted))
        frames = await _frames(module, job)
        rest = await _frames(module, job, after_frame=90)
    assert len(frames) == job.rows
    assert [bytes(frame.intensities) for frame in rest] == [bytes(frame.intensities) for frame in frames[90:]]
    assert all(one.end_ms == other.start_ms for one, other in itertools.pairwise(frames))
    for frame in frames:
        row = np.frombuffer(frame.intensities, np.float32).reshape(frame.sensors, frame.bins)
        assert row[0, job.frequencies_hz.index(125.0)] == pytest.approx(2.0, rel=0.01)
        assert not row[8].any() or row[8].max() < 0.01


def test_the_server_imports_nothing_that_computes() -> None:
    """DASCore, SciPy, h5py, pandas and NumPy belong to the workers."""
    program = (
        "import sys, nexy.modules.sensor_streams.module\n"
        "print(sorted({'numpy', 'scipy', 'dascore', 'h5py', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
