"""What a viewer gets."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio

from nexy.contracts.errors import DeadlineExceeded, Internal, NotFound, StreamLimitExceeded, ValidationFailed
from nexy.contracts.streams import FollowedFrame, JobState
from nexy.modules.sensor_streams.jobs.job import Job
from nexy.utils.supervisor import owned_task
from support.job_stage import JobStage
from support.virtual_time import run_virtual

ROWS = 128


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[JobStage]:
    made = JobStage()
    yield made
    await made.hall.cleanup()


async def _numbers(frames: AsyncGenerator[FollowedFrame, None], most: int = 1000) -> list[int]:
    numbers: list[int] = []
    while len(numbers) < most and (followed := await anext(frames, None)) is not None:
        numbers.append(followed.frame.number)
    return numbers


async def _all(stage: JobStage, job: Job, **other: int) -> list[int]:
    async with owned_task(_numbers(stage.follow(job, **other))) as reading:
        computation = await stage.computation()
        while not reading.done():
            if computation.begin.first_row + computation.given == ROWS:
                computation.sink.ended()
            computation.play(ROWS - computation.begin.first_row - computation.given)
            await asyncio.sleep(0)
        return await reading


async def test_a_historic_job_is_complete_and_then_ends(stage: JobStage) -> None:
    """Every row once, numbered from 1; then the job is completed and nothing runs."""
    job = stage.open()
    assert job.state is JobState.PENDING
    assert await _all(stage, job) == list(range(1, ROWS + 1))
    assert job.state is JobState.COMPLETED
    assert (job.status.frames, job.status.viewers) == (ROWS, 0)
    assert stage.hall.running == 0


async def test_frames_carry_their_times(stage: JobStage) -> None:
    """A frame's row begins where the one before ended; the first at the range's beginning."""
    job = stage.open()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(anext(frames)) as first:
            await stage.play(3)
            edges = [(await first).frame]
        edges += [(await anext(frames)).frame for _ in range(2)]
    assert edges[0].start_ms == 1_700_000_000_000
    assert [frame.end_ms - frame.start_ms for frame in edges] == [39, 39, 39]
    assert edges[1].start_ms == edges[0].end_ms


async def test_going_on_after_a_frame_repeats_none(stage: JobStage) -> None:
    """Frames 101 to the end; the computation begins there, too."""
    job = stage.open()
    assert await _all(stage, job, after_frame=100) == list(range(101, ROWS + 1))
    assert (await stage.computation()).begin.first_row == 100


@pytest.mark.parametrize("after", [ROWS, ROWS + 1])
async def test_after_the_last_frame_there_is_only_the_end(stage: JobStage, after: int) -> None:
    """Nothing is computed for it."""
    job = stage.open()
    assert await _numbers(stage.follow(job, after_frame=after)) == []
    assert stage.producers.begun == []


async def test_no_more_than_asked_for(stage: JobStage) -> None:
    """After `max_frames` the stream ends and everything is released; the job goes on."""
    job = stage.open()
    async with owned_task(_numbers(stage.follow(job, max_frames=5))) as reading:
        await stage.play(50)
        assert await reading == [1, 2, 3, 4, 5]
    assert job.state is JobState.RUNNING
    assert stage.hall.running == 0


async def test_two_viewers_share_one_computation_and_its_frames(stage: JobStage) -> None:
    """Both get the very same frame objects, so that a transport can encode them once."""
    job = stage.open()
    async with aclosing(stage.follow(job)) as one, aclosing(stage.follow(job)) as other:
        async with owned_task(anext(one)) as first, owned_task(anext(other)) as second:
            await stage.play(1)
            assert (await first).frame is (await second).frame
    assert len(stage.producers.begun) == 1


async def test_two_jobs_of_the_same_order_share_one_computation(stage: JobStage) -> None:
    """Who configures the same again costs nothing more."""
    jobs = [stage.open(), stage.open()]
    async with aclosing(stage.follow(jobs[0])) as one, aclosing(stage.follow(jobs[1])) as other:
        async with owned_task(anext(one)) as first, owned_task(anext(other)) as second:
            await stage.play(1)
            assert (await first).frame.number == (await second).frame.number == 1
    assert len(stage.producers.begun) == 1


async def test_a_slow_live_viewer_is_told_what_it_lost(stage: JobStage) -> None:
    """Numbers keep growing, `dropped` explains each gap, and the newest frames are what is left."""
    job = stage.open_live()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(anext(frames)) as first:
            await stage.play(1)
            assert (await first).frame.number == 1
        for _ in range(6):
            await stage.play(50)
        got = [await anext(frames) for _ in range(256)]
    assert [followed.frame.number for followed in got] == list(range(46, 302))
    assert {followed.dropped for followed in got} == {44}


async def test_what_the_source_forgot_counts_as_lost(stage: JobStage) -> None:
    """A gap in the times is a gap in the numbers."""
    job = stage.open_live()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(_numbers(frames, 2)) as reading:
            await stage.play(2)
            assert await reading == [1, 2]
        await stage.play(1, skip=10)
        followed = await anext(frames)
    assert (followed.frame.number, followed.dropped) == (13, 10)


async def test_a_live_viewer_that_comes_later_has_lost_nothing(stage: JobStage) -> None:
    """It begins with what comes now, whose number shows how long the stream has run."""
    job = stage.open_live()
    async with aclosing(stage.follow(job)) as early, aclosing(stage.follow(job)) as late:
        async with owned_task(_numbers(early, 5)) as reading:
            await stage.play(5)
            await reading
        async with owned_task(anext(late)) as first:
            await stage.play(1)
            followed = await first
    assert (followed.frame.number, followed.dropped) == (6, 0)


async def test_a_live_viewer_goes_on_where_it_stopped(stage: JobStage) -> None:
    """The worker is asked for the time of the next frame; what it cannot give any more is counted."""
    job = stage.open_live()
    async with owned_task(_numbers(stage.follow(job, max_frames=3))) as reading:
        await stage.play(3)
        await reading
    async with aclosing(stage.follow(job, after_frame=3)) as again:
        async with owned_task(anext(again)) as first:
            computation = await stage.computation()
            assert computation.begin.from_ns == 10**18 + 3 * 39_000_000
            computation.play(1, skip=4)
            followed = await first
    assert (followed.frame.number, followed.dropped) == (8, 4)


async def test_a_source_that_breaks_fails_the_job(stage: JobStage) -> None:
    """The viewer gets the frames before it, then the source's own words; whoever comes later, too."""
    job = stage.open()
    async with aclosing(stage.follow(job)) as frames, aclosing(stage.follow(job)) as other:
        async with owned_task(_numbers(frames, 2)) as one, owned_task(_numbers(other, 2)) as two:
            await stage.play(2)
            assert await one == await two == [1, 2]
        (await stage.computation()).sink.failed(Internal("a.h5 became shorter while it was read"))
        with pytest.raises(Internal, match="became shorter"):
            await anext(frames)
        with pytest.raises(Internal, match="became shorter"):
            await anext(other)
    assert job.state is JobState.FAILED
    assert "became shorter" in job.status.problem
    with pytest.raises(Internal, match="failed: a.h5 became shorter"):  # noqa: RUF043  a dot is a dot
        await anext(stage.follow(job))


async def test_a_source_that_cannot_be_opened_again_fails_the_job(stage: JobStage) -> None:
    """What the worker says against the source is no mistake of the viewer's request."""
    job = stage.open()
    stage.producers.problem = ValidationFailed("source 'well': there is no file a.h5")
    with pytest.raises(Internal, match="there is no file"):
        await anext(stage.follow(job))
    assert job.state is JobState.FAILED


async def test_spent_memory_does_not_fail_the_job(stage: JobStage) -> None:
    """It may be tried again."""
    job = stage.open()
    stage.producers.problem = StreamLimitExceeded("spent")
    with pytest.raises(StreamLimitExceeded):
        await anext(stage.follow(job))
    assert job.state is JobState.RUNNING


async def test_cancelling_ends_the_streams(stage: JobStage) -> None:
    """A viewer that waits gets the end at once; the computation stops; the job can be watched no more."""
    job = stage.open()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(anext(frames, None)) as waiting:
            computation = await stage.computation()
            job.cancel()
            assert await waiting is None
    assert computation.stopped
    assert job.state is JobState.CANCELLED
    with pytest.raises(NotFound, match="not found: it was cancelled"):
        await anext(stage.follow(job))


async def test_a_viewer_that_goes_away_leaves_nothing(stage: JobStage) -> None:
    """Closed in the middle, or cancelled while it waits: no viewer, no computation."""
    job = stage.open()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(anext(frames)) as first:
            await stage.play(1)
            await first
    assert (job.status.viewers, stage.hall.running) == (0, 0)
    async with owned_task(anext(stage.follow(job))):
        await stage.computation()
        assert job.status.viewers == 1
    assert (job.status.viewers, stage.hall.running) == (0, 0)


async def test_a_replay_that_is_over_completes_the_job(stage: JobStage) -> None:
    """A live source may end, too."""
    job = stage.open_live()
    async with owned_task(_numbers(stage.follow(job))) as reading:
        (await stage.computation()).sink.ended()
        assert await reading == []
    assert job.state is JobState.COMPLETED


async def test_a_viewer_that_stops_reading_is_let_go(stage: JobStage) -> None:
    """After 180 s without movement its rows are released at once; when it asks again it is told why."""
    job = stage.open()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(anext(frames)) as first:
            computation = await stage.computation()
            computation.play(5)
            await first
        stage.pass_time(179.0)
        assert job.status.viewers == 1
        stage.pass_time(1.0)
        assert (job.status.viewers, stage.hall.running, computation.stopped) == (0, 0, True)
        with pytest.raises(DeadlineExceeded, match="180 s"):
            await anext(frames)
    assert job.state is JobState.RUNNING


async def test_a_source_that_says_nothing_ends_the_stream(stage: JobStage) -> None:
    """A viewer that waits is told after the same time."""
    job = stage.open_live()
    async with aclosing(stage.follow(job)) as frames:
        async with owned_task(anext(frames)) as waiting:
            await stage.computation()
            stage.pass_time(180.0)
            with pytest.raises(DeadlineExceeded):
                await waiting


def test_a_viewer_that_never_reads_does_not_stop_the_others() -> None:
    """Who shares its historic computation goes on with one of its own, without a gap or a repeat; the job is one."""

    async def watched() -> None:
        # Rows of 33 kB: 31 of them may be held.
        stage = JobStage(viewer_buffer_bytes=1024 * 1024)
        job = stage.open(nfft=2048, height=1025)
        async with aclosing(stage.follow(job)) as asleep, aclosing(stage.follow(job)) as awake:
            async with owned_task(anext(asleep)) as one, owned_task(anext(awake)) as two:
                shared = await stage.computation()
                assert shared.play(ROWS) == 31
                await asyncio.gather(one, two)
            async with owned_task(_numbers(awake)) as reading:
                await asyncio.sleep(1.9)
                assert shared.play(ROWS) == 0
                assert await stage.computation() is shared
                await asyncio.sleep(0.2)
                own = await stage.computation()
                assert own.begin.first_row == 31
                while own.begin.first_row + own.given < ROWS:
                    own.play(ROWS - own.begin.first_row - own.given)
                    await asyncio.sleep(0)
                own.sink.ended()
                assert await reading == list(range(2, ROWS + 1))
            assert stage.hall.running == 1
            assert await _numbers(asleep, 5) == [2, 3, 4, 5, 6]
        await stage.hall.cleanup()

    run_virtual(watched())
