"""What one viewer gets: frames in order, each once, and then the end."""

from collections.abc import AsyncGenerator

from nexy.contracts.clock import Clock
from nexy.contracts.errors import Internal, NexyError
from nexy.contracts.streams import FollowedFrame, FollowStream
from nexy.modules.sensor_streams.jobs.feed import HeldUpError
from nexy.modules.sensor_streams.jobs.feed_hall import FeedHall, Wanted
from nexy.modules.sensor_streams.jobs.job import Job, Viewer
from nexy.modules.sensor_streams.jobs.ring import HeldRow


async def follow(job: Job, wanted: FollowStream, hall: FeedHall, clock: Clock) -> AsyncGenerator[FollowedFrame, None]:
    """The frames after `wanted.after_frame`; closing it releases everything at once.

    Raises `Internal` with the source's own words, `StreamLimitExceeded` or `Unavailable` where it cannot be computed,
    `DeadlineExceeded` when nothing moved for too long.
    """
    job.check_watchable(wanted.stream_id)
    order = job.feeds[wanted.stream_id]
    if order.rows is not None and wanted.after_frame >= order.rows:
        return
    viewer = _admitted(job, wanted, hall, clock)
    last = wanted.after_frame
    dropped = given = 0
    try:
        while not wanted.max_frames or given < wanted.max_frames:
            viewer.moved_at = clock.monotonic()
            held = await _next(viewer, job, wanted, hall, last)
            if held is None:
                _ended(job, viewer)
                break
            number = job.number(wanted.stream_id, held, order.start_ns)
            if number <= last:
                continue
            # A live viewer that was never here has lost nothing yet.
            dropped += number - last - 1 if last else 0
            last, given = number, given + 1
            viewer.moved_at = clock.monotonic()
            if number == order.rows:
                job.reached_end()
            yield FollowedFrame(frame=held.frame(order, wanted.stream_id, number), dropped=dropped)
    except NexyError as problem:
        viewer.problem = _judged(problem, job)
    finally:
        viewer.close(viewer.problem)
        job.dismiss(viewer)
    if viewer.problem is not None:
        raise viewer.problem


async def _next(viewer: Viewer, job: Job, wanted: FollowStream, hall: FeedHall, last: int) -> HeldRow | None:
    """The cursor's next row; where somebody else holds it up, that of a computation of its own after `last`."""
    while True:
        try:
            return await viewer.cursor.next()
        except HeldUpError:
            left = viewer.cursor
            viewer.cursor = hall.join(Wanted(spec=job.spec, order=job.feeds[wanted.stream_id], first_row=last))
            left.leave()


def _ended(job: Job, viewer: Viewer) -> None:
    # Not where the viewer was closed from outside.
    if not viewer.cursor.left:
        job.reached_end()


def _judged(problem: NexyError, job: Job) -> NexyError:
    """Memory, or a worker that does not start, is no fault of the job: it may be tried again."""
    if problem.retryable:
        return problem
    failure = Internal(problem.message, code=problem.code)
    job.fail(failure)
    return failure


def _admitted(job: Job, wanted: FollowStream, hall: FeedHall, clock: Clock) -> Viewer:
    order = job.feeds[wanted.stream_id]
    resume = Wanted(
        spec=job.spec,
        order=order,
        first_row=0 if order.live else wanted.after_frame,
        from_ns=job.resume_ns(wanted.stream_id, wanted.after_frame) if order.live else None,
    )
    viewer = Viewer(hall.join(resume), clock.monotonic())
    job.admit(viewer)
    return viewer
