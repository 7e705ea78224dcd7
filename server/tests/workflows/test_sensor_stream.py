"""The workflow of sensor streams: refusals, ends, shutdown."""

import asyncio
from pathlib import Path

import pytest

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.errors import (
    CancelledByUser,
    DeadlineExceeded,
    Internal,
    NexyError,
    NotFound,
    StreamLimitExceeded,
    Unavailable,
    ValidationFailed,
)
from nexy.contracts.module import ModuleState
from nexy.contracts.streams import FollowStream
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.supervisor import owned_task
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration, StreamEnd
from support.sensor_parts import BROKEN, JOB, ORDER, SensorScript, sensor_workflow


async def seen(workflow: SensorStreamWorkflowIntegration, **wanted: int) -> list[int | str]:
    """The numbers of the frames, and "end" where the end was told."""
    numbers: list[int | str] = []
    async with workflow.watch(FollowStream(job_id=JOB, **wanted)) as events:
        async for event in events:
            numbers.append("end" if isinstance(event, StreamEnd) else event.frame.number)
    return numbers


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3, "end"]),
        ({"after_frame": 2}, [3, "end"]),
        ({"after_frame": 3}, ["end"]),
        ({"max_frames": 2}, [1, 2]),
        ({"max_frames": 3}, [1, 2, 3, "end"]),
        ({"max_frames": 9, "after_frame": 1}, [2, 3, "end"]),
    ],
)
async def test_a_historic_stream_ends_with_its_last_row(
    tmp_path: Path, wanted: dict[str, int], expected: list[int | str]
) -> None:
    """The end is told exactly where every row was given; a client that had enough is not told one."""
    async with sensor_workflow(tmp_path, SensorScript(rows=3)) as workflow:
        assert await seen(workflow, **wanted) == expected
        assert workflow.viewers == 0


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"max_frames": -1}, "max_frames"),
        ({"stream_id": 2}, "stream_id"),
        ({"stream_id": -1}, "stream_id"),
        ({"after_frame": -1}, "resume_after_frame"),
        ({"after_frame": 4}, "resume_after_frame"),
    ],
)
async def test_what_is_not_there_is_refused_by_its_field(tmp_path: Path, wanted: dict[str, int], field: str) -> None:
    """Before the module makes anything, with the field in words and by name."""
    script = SensorScript(rows=3, streams=2)
    async with sensor_workflow(tmp_path, script) as workflow:
        with pytest.raises(ValidationFailed, match=f"^{field}:") as refused:
            await seen(workflow, **wanted)
    assert refused.value.field == field
    assert script.followed == []


async def test_an_unknown_job_is_not_found(tmp_path: Path) -> None:
    """With the sentence that clients look for."""
    async with sensor_workflow(tmp_path, SensorScript()) as workflow:
        with pytest.raises(NotFound, match="job 1-1 not found"):
            async with workflow.watch(FollowStream(job_id="1-1")):
                pass


async def test_a_source_that_fails_ends_with_its_own_sentence(tmp_path: Path) -> None:
    """The frames before it were given, the viewer is released."""
    script = SensorScript(rows=9, fails_before={3: BROKEN})
    async with sensor_workflow(tmp_path, script) as workflow:
        with pytest.raises(Internal, match="has become shorter"):
            await seen(workflow)
        assert (script.released, workflow.viewers) == (1, 0)


async def test_no_more_viewers_than_configured(tmp_path: Path) -> None:
    """The next one is told to come back; when one leaves there is room again."""
    script = SensorScript(rows=None, gates={2: asyncio.Event()})
    async with sensor_workflow(tmp_path, script, SensorStreamsConfig(max_viewers=1)) as workflow:
        async with workflow.watch(FollowStream(job_id=JOB)) as events:
            await anext(events)
            with pytest.raises(StreamLimitExceeded) as refused:
                await seen(workflow)
            assert refused.value.retry_after_seconds
        assert await seen(workflow, max_frames=1) == [1]


async def test_a_silent_source_is_given_up(tmp_path: Path) -> None:
    """Nothing for longer than the configured patience ends the stream."""
    script = SensorScript(rows=None, gates={2: asyncio.Event()})
    section = SensorStreamsConfig(stream_inactivity_seconds=0.1)
    async with sensor_workflow(tmp_path, script, section) as workflow:
        with pytest.raises(DeadlineExceeded, match=r"nothing for 0\.1 s"):
            await seen(workflow)
        assert script.released == 1


@pytest.mark.parametrize(("rows", "expected"), [(None, [1, "end"]), (5, CancelledByUser)])
async def test_a_cancelled_job_ends_its_streams(
    tmp_path: Path, rows: int | None, expected: list[int | str] | type[NexyError]
) -> None:
    """A live one simply ends; a historic one that misses rows says that it was cancelled."""
    script = SensorScript(rows=rows, gates={2: asyncio.Event()})
    async with sensor_workflow(tmp_path, script) as workflow:
        async with owned_task(seen(workflow)) as watching:
            while not script.following:
                await asyncio.sleep(0)
            await workflow.end_job(JOB)
            if isinstance(expected, list):
                assert await watching == expected
            else:
                with pytest.raises(expected, match="cancelled"):
                    await watching


async def test_a_drain_ends_live_streams_and_lets_historic_ones_finish(tmp_path: Path) -> None:
    """A live stream has no end of its own: it is told that the server stops; new work is refused."""
    for rows in (None, 2):
        gate = asyncio.Event()
        script = SensorScript(rows=rows, gates={2: gate})
        async with sensor_workflow(tmp_path, script) as workflow:
            async with owned_task(seen(workflow)) as watching:
                while not script.following:
                    await asyncio.sleep(0)
                workflow.drain()
                workflow.drain()
                if rows is None:
                    with pytest.raises(Unavailable, match="shutting down"):
                        await watching
                else:
                    gate.set()
                    assert await watching == [1, 2, "end"]
            assert script.released == 1
            assert not workflow.accepts_work
            with pytest.raises(Unavailable, match="shutting down"):
                await workflow.open_job(ORDER)
            with pytest.raises(Unavailable, match="shutting down"):
                await seen(workflow)


async def test_a_viewer_that_is_cancelled_stays_cancelled(tmp_path: Path) -> None:
    """A client that goes away is no shutdown, and its place is free at once."""
    script = SensorScript(rows=None, gates={2: asyncio.Event()})
    async with sensor_workflow(tmp_path, script) as workflow:
        async with owned_task(seen(workflow)) as watching:
            while not script.following:
                await asyncio.sleep(0)
        assert watching.cancelled()
        assert (workflow.viewers, script.released) == (0, 1)


async def test_a_31st_job_is_told_when_to_try_again(tmp_path: Path) -> None:
    """Also where the module gives no time of its own."""
    async with sensor_workflow(tmp_path, SensorScript(jobs_left=1)) as workflow:
        assert (await workflow.open_job(ORDER)).job.job_id == JOB
        with pytest.raises(StreamLimitExceeded) as refused:
            await workflow.open_job(ORDER)
        assert refused.value.retry_after_seconds == 60


async def test_sources_are_listed_with_their_outcome(tmp_path: Path) -> None:
    """What opens, and what is configured and does not, with the reason."""
    script = SensorScript(parts={"well": "ready", "dead": "every sample is zero"})
    async with sensor_workflow(tmp_path, script) as workflow:
        found = await workflow.sources()
        assert [facts.name for facts in found.ready] == ["well"]
        assert found.refused == {"dead": "every sample is zero"}


async def test_a_server_without_the_part_says_so() -> None:
    """Absent, takes no work, and every request is Unavailable."""
    workflow = SensorStreamWorkflowIntegration(ModuleCoordinator(), SensorStreamsConfig())
    assert workflow.status().state is ModuleState.ABSENT
    assert not workflow.accepts_work
    with pytest.raises(Unavailable, match="sensor_streams is not running"):
        await workflow.read_job(JOB)
    with pytest.raises(Unavailable, match="sensor_streams is not running"):
        workflow.refuse_where_it_does_not_run()
