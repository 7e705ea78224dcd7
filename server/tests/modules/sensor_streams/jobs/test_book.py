"""Places, ids and the life of jobs."""

import re

import pytest

from nexy.contracts.errors import NotFound, StreamLimitExceeded
from nexy.contracts.streams import JobState
from nexy.modules.sensor_streams.jobs.feed import Feed
from nexy.modules.sensor_streams.jobs.job import Job, Viewer
from support.job_stage import JobStage


def _watch(stage: JobStage, job: Job) -> Viewer:
    feed = Feed(live=False, first_row=0, capacity=1, released=lambda _feed: None)
    viewer = Viewer(feed.attach(0), stage.clock.monotonic())
    job.admit(viewer)
    return viewer


def test_an_id_is_the_window_and_a_number() -> None:
    """ "{window}-{id}": the window is the place, the number is no other job's."""
    stage = JobStage()
    ids = [stage.open().facts.job_id for _ in range(30)]
    assert [job_id.partition("-")[0] for job_id in ids] == [str(window) for window in range(1, 31)]
    assert all(re.fullmatch(r"\d{1,2}-\d{5}", job_id) for job_id in ids)
    assert len({job_id.partition("-")[2] for job_id in ids}) == 30


def test_the_31st_job_waits_for_a_place() -> None:
    """The error says how many, what to do and when; a job that ends makes room."""
    stage = JobStage()
    jobs = [stage.open() for _ in range(30)]
    stage.clock.advance(20)
    with pytest.raises(StreamLimitExceeded, match="the limit is 30") as full:
        stage.open()
    assert full.value.retry_after_seconds == 30.0
    jobs[11].cancel()
    assert stage.open().facts.job_id.startswith("12-")
    assert jobs[11].facts.job_id in {job.facts.job_id for job in (stage.book.get(jobs[11].facts.job_id),)}


def test_a_place_that_is_reserved_is_taken() -> None:
    """Two orders that are planned at once cannot get the last place both; a failed order gives it back."""
    stage = JobStage(max_jobs=1)
    window = stage.book.reserve()
    with pytest.raises(StreamLimitExceeded):
        stage.book.reserve()
    stage.book.release(window)
    assert stage.book.reserve() == window


def test_giving_back_the_place_of_an_open_job_changes_nothing() -> None:
    """`release` after `open` is how a caller says that it is done."""
    stage = JobStage(max_jobs=1)
    stage.open()
    stage.book.release(1)
    with pytest.raises(StreamLimitExceeded):
        stage.book.reserve()


def test_a_job_that_nobody_watches_is_removed() -> None:
    """After 50 s; then it is not found, like one that never was."""
    stage = JobStage()
    job_id = stage.open().facts.job_id
    stage.pass_time(49.9)
    assert stage.book.get(job_id).state is JobState.PENDING
    stage.pass_time(0.2)
    for unknown in (job_id, "1-1", ""):
        told = unknown or "''"
        with pytest.raises(NotFound, match=f"job {told} not found"):
            stage.book.get(unknown)
    assert stage.book.active == 0


def test_a_job_that_is_watched_stays() -> None:
    """Its time begins when the last viewer goes."""
    stage = JobStage(stream_inactivity_seconds=10_000)
    job = stage.open()
    viewer = _watch(stage, job)
    stage.pass_time(1000)
    assert stage.book.viewers == 1
    job.dismiss(viewer)
    stage.pass_time(49)
    assert stage.book.get(job.facts.job_id).state is JobState.RUNNING
    stage.pass_time(2)
    with pytest.raises(NotFound):
        stage.book.get(job.facts.job_id)


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.FAILED, JobState.COMPLETED])
def test_an_ended_job_is_kept_for_a_while(state: JobState) -> None:
    """120 s, in which its end can be read; it takes no place."""
    stage = JobStage(max_jobs=1)
    job = stage.open()
    viewer = _watch(stage, job)
    match state:
        case JobState.CANCELLED:
            job.cancel()
        case JobState.FAILED:
            job.fail(NotFound("the file is gone"))
        case _:
            job.reached_end()
    job.dismiss(viewer)
    assert stage.book.get(job.facts.job_id).status.state is state
    assert stage.book.active == 0
    stage.open()
    stage.pass_time(40)
    stage.pass_time(79)
    assert stage.book.get(job.facts.job_id).status.state is state
    stage.pass_time(2)
    with pytest.raises(NotFound):
        stage.book.get(job.facts.job_id)


def test_ending_an_ended_job_changes_nothing() -> None:
    """A job that failed stays failed, and its problem stays told."""
    stage = JobStage()
    job = stage.open()
    job.fail(NotFound("the file is gone"))
    job.cancel()
    assert (job.state, job.status.problem) == (JobState.FAILED, "the file is gone")


def test_ended_jobs_do_not_pile_up() -> None:
    """Whoever configures and cancels without end fills the book only so far; the oldest go first."""
    stage = JobStage(max_jobs=2)
    ids = []
    for _ in range(50):
        job = stage.open()
        job.cancel()
        ids.append(job.facts.job_id)
    assert len(stage.book._jobs) <= 22
    assert ids[-1] in stage.book._jobs
    assert ids[0] not in stage.book._jobs


def test_closing_ends_every_job() -> None:
    """No viewer is left waiting."""
    stage = JobStage()
    job = stage.open()
    viewer = _watch(stage, job)
    stage.book.close()
    assert viewer.cursor.left
    assert job.state is JobState.CANCELLED
