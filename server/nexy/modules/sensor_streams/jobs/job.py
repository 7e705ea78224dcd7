"""One job: what it shows, who watches, where it stands."""

from nexy.contracts.clock import Clock
from nexy.contracts.errors import Internal, NexyError, NotFound
from nexy.contracts.streams import JobFacts, JobState, JobStatus
from nexy.modules.sensor_streams.jobs.feed import Cursor
from nexy.modules.sensor_streams.jobs.ring import HeldRow
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder

_ACTIVE = (JobState.PENDING, JobState.RUNNING)
_NANO = 1e9


class Viewer:
    """One follower of one stream, as the job sees it."""

    def __init__(self, cursor: Cursor, now: float) -> None:
        self.cursor = cursor
        self.moved_at = now
        self.problem: NexyError | None = None

    def close(self, problem: NexyError | None = None) -> None:
        """End its stream now; it meets the problem, or a plain end, when it next asks."""
        self.problem = problem
        self.cursor.leave()


class Job:
    """Pending until somebody watches. Completed once the range was watched to its end and nobody is behind it.

    A completed job can be watched again for as long as it is kept.
    """

    def __init__(self, facts: JobFacts, spec: SourceSpec, feeds: tuple[FeedOrder, ...], clock: Clock) -> None:
        self.facts = facts
        self.spec = spec
        self.feeds = feeds
        self.state = JobState.PENDING
        self.viewers: set[Viewer] = set()
        self.changed_at = clock.monotonic()
        self._clock = clock
        self._problem: NexyError | None = None
        self._frames = 0
        self._watched_to_end = False
        self._bases_ns: dict[int, int] = {}

    @property
    def active(self) -> bool:
        """Whether it takes one of the places that jobs have."""
        return self.state in _ACTIVE

    @property
    def status(self) -> JobStatus:
        """The job as it stands."""
        problem = self._problem.message if self._problem is not None else ""
        return JobStatus(
            job=self.facts, state=self.state, viewers=len(self.viewers), frames=self._frames, problem=problem
        )

    def check_watchable(self, stream_id: int) -> None:
        """Raises `NotFound` for a cancelled job or a stream that it does not have, `Internal` for a failed job."""
        job_id = self.facts.job_id
        if self.state is JobState.CANCELLED:
            raise NotFound(f"job {job_id} not found: it was cancelled", field="job_id")
        if self._problem is not None:
            raise Internal(f"job {job_id} failed: {self._problem.message}", code=self._problem.code)
        if not 0 <= stream_id < len(self.feeds):
            raise NotFound(f"job {job_id} has the streams 0 to {len(self.feeds) - 1}, not {stream_id}",
                           field="stream_id")  # fmt: skip

    def resume_ns(self, stream_id: int, after_frame: int) -> int | None:
        """When the frame after this one of a live stream begins; None: now."""
        base = self._bases_ns.get(stream_id)
        return None if base is None or not after_frame else base + round(after_frame * self.facts.row_seconds * _NANO)

    def number(self, stream_id: int, held: HeldRow, first_ns: int | None) -> int:
        """The row's frame number: how many rows after the first one it begins.

        Row 1 begins at `first_ns`; None for a live stream, whose first row is the first that anybody got.
        """
        start = held.row.start_ns
        base = self._bases_ns.setdefault(stream_id, start) if first_ns is None else first_ns
        number = round((start - base) / (self.facts.row_seconds * _NANO)) + 1
        self._frames = max(self._frames, number)
        return number

    def admit(self, viewer: Viewer) -> None:
        """Somebody watches."""
        self.viewers.add(viewer)
        if self.state is JobState.PENDING:
            self.state = JobState.RUNNING

    def reached_end(self) -> None:
        """Somebody has had the last row of a stream."""
        self._watched_to_end = True

    def dismiss(self, viewer: Viewer) -> None:
        """Somebody watches no more."""
        if viewer not in self.viewers:
            return
        self.viewers.discard(viewer)
        if self.viewers:
            return
        self.changed_at = self._clock.monotonic()
        if self.active and self._watched_to_end:
            self.state = JobState.COMPLETED

    def cancel(self) -> None:
        """End it and its streams; one that has ended stays what it is."""
        if self.active:
            self._end(JobState.CANCELLED)
        for viewer in tuple(self.viewers):
            viewer.close()

    def fail(self, problem: NexyError) -> None:
        """Its source or its computation failed: whoever watches is told."""
        if not self.active:
            return
        self._problem = problem
        self._end(JobState.FAILED)
        for viewer in tuple(self.viewers):
            viewer.close(problem)

    def _end(self, state: JobState) -> None:
        self.state = state
        self.changed_at = self._clock.monotonic()
