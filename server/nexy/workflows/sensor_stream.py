"""Sensor streams between the doors and the module: who may watch, for how long, and how a stream ends."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.capabilities import SENSOR_STREAMS, SWITCHES
from nexy.contracts.errors import (
    CancelledByUser,
    DeadlineExceeded,
    StreamLimitExceeded,
    Unavailable,
    ValidationFailed,
)
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.contracts.streams import (
    DescribeSource,
    EndJob,
    FollowedFrame,
    FollowStream,
    JobFacts,
    JobState,
    JobStatus,
    ListSources,
    OpenJob,
    ReadJob,
    RecordingsInRange,
    SourceFacts,
    StreamOrder,
)
from nexy.core.module_coordinator import ModuleCoordinator

RETRY_AFTER_SECONDS = 60.0
_RUNS = (ModuleState.RUNNING, ModuleState.DEGRADED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd:
    """Nothing follows: every row was given, or the live job was ended."""

    last_number: int
    dropped: int


StreamEvent: TypeAlias = FollowedFrame | StreamEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """What can be watched, and what is configured but cannot, with the reason by its name."""

    ready: Sequence[SourceFacts]
    refused: dict[str, str]


@dataclass(slots=True, eq=False)
class _Viewer:
    task: "asyncio.Task[Any]"
    live: bool
    let_go: bool = False


class SensorStreamWorkflowIntegration:
    """Holds who watches; everything else is the module's."""

    def __init__(self, coordinator: ModuleCoordinator, section: SensorStreamsConfig) -> None:
        self._coordinator = coordinator
        self._section = section
        self._viewers: set[_Viewer] = set()
        self._stopped = False

    @property
    def patience_seconds(self) -> float:
        """How long a stream on which nothing moves may stay."""
        return self._section.stream_inactivity_seconds

    @property
    def viewers(self) -> int:
        """How many watch now."""
        return len(self._viewers)

    def status(self) -> ModuleStatus:
        """Where the module stands; absent where this server has none."""
        found = self._coordinator.status().get(SENSOR_STREAMS)
        return found or ModuleStatus(state=ModuleState.ABSENT, detail="not part of this server")

    @property
    def accepts_work(self) -> bool:
        """Whether a job may begin now."""
        return not self._stopped and self.status().state in _RUNS and not self._switched_off()

    def _switched_off(self) -> bool:
        return self._coordinator.has(SWITCHES) and not self._coordinator.get(SWITCHES).read().accepts_work

    def _refuse_new_work(self) -> None:
        if self._stopped:
            raise Unavailable("the server is shutting down", code="shutting_down")
        if self._switched_off():
            raise Unavailable("new work is switched off: disable_module_coordinator", code="switched_off")

    def refuse_where_it_does_not_run(self) -> None:
        """Raises `Unavailable` with the reason where no stream can be served."""
        self._refuse_new_work()
        self._coordinator.get(SENSOR_STREAMS)

    async def open_job(self, order: StreamOrder) -> JobStatus:
        """Begin a job; raises what `OpenJob` raises, the 31st job with a time to try again."""
        self._refuse_new_work()
        module = self._coordinator.get(SENSOR_STREAMS)
        try:
            job = await module.process(OpenJob(order=order))
        except StreamLimitExceeded as full:
            raise StreamLimitExceeded(
                full.message, code=full.code, retry_after_seconds=full.retry_after_seconds or RETRY_AFTER_SECONDS
            ) from full
        return await module.process(ReadJob(job_id=job.job_id))

    async def read_job(self, job_id: str) -> JobStatus:
        """The job as it stands; raises `NotFound`."""
        return await self._coordinator.get(SENSOR_STREAMS).process(ReadJob(job_id=job_id))

    async def end_job(self, job_id: str) -> JobStatus:
        """Cancel the job; its viewers' streams end. Raises `NotFound`."""
        return await self._coordinator.get(SENSOR_STREAMS).process(EndJob(job_id=job_id))

    async def source(self, name: str = "") -> SourceFacts:
        """One source, the default one for the empty name."""
        return await self._coordinator.get(SENSOR_STREAMS).process(DescribeSource(name=name))

    async def sources(self) -> SourceList:
        """Every configured source with its outcome."""
        ready = await self._coordinator.get(SENSOR_STREAMS).process(ListSources())
        names = {facts.name for facts in ready}
        refused = {name: reason for name, reason in self.status().parts.items() if name not in names}
        return SourceList(ready=ready, refused=refused)

    async def recordings(self, start_s: float, end_s: float) -> Sequence[SourceFacts]:
        """What holds samples between these times."""
        return await self._coordinator.get(SENSOR_STREAMS).process(RecordingsInRange(start_s=start_s, end_s=end_s))

    @asynccontextmanager
    async def watch(self, wanted: FollowStream) -> AsyncGenerator[AsyncGenerator[StreamEvent, None], None]:
        """The frames of one stream and then its end; leaving the block releases the job's viewer.

        Raises what `FollowStream` raises, `ValidationFailed` with the field, `StreamLimitExceeded` when too many
        watch, `DeadlineExceeded` when nothing moves for too long, `Unavailable` where a shutdown ends a live stream.
        """
        self._refuse_new_work()
        module = self._coordinator.get(SENSOR_STREAMS)
        status = await module.process(ReadJob(job_id=wanted.job_id))
        job = status.job
        _refuse_what_is_not_there(status, wanted)
        async with self._viewer(live=job.rows is None):
            frames = await module.process(wanted)
            async with aclosing(frames), aclosing(self._events(job, wanted, frames)) as events:
                yield events

    @asynccontextmanager
    async def _viewer(self, *, live: bool) -> AsyncGenerator[None, None]:
        most = self._section.max_viewers
        if len(self._viewers) >= most:
            raise StreamLimitExceeded(
                f"{most} viewers are watching, the limit is {most}", retry_after_seconds=RETRY_AFTER_SECONDS
            )
        task = asyncio.current_task()
        assert task is not None
        viewer = _Viewer(task, live)
        self._viewers.add(viewer)
        try:
            yield
        except asyncio.CancelledError:
            if not viewer.let_go:
                raise
            while task.uncancel():
                pass
            raise Unavailable("the server is shutting down", code="shutting_down") from None
        finally:
            self._viewers.discard(viewer)

    async def _events(
        self, job: JobFacts, wanted: FollowStream, frames: AsyncGenerator[FollowedFrame, None]
    ) -> AsyncGenerator[StreamEvent, None]:
        last, dropped, given = wanted.after_frame, 0, 0
        while (followed := await self._next(frames)) is not None:
            last, dropped, given = followed.frame.number, followed.dropped, given + 1
            yield followed
        complete = job.rows is not None and last >= job.rows
        if 0 < wanted.max_frames <= given and not complete:
            return
        if job.rows is not None and not complete:
            raise await self._cut_short(wanted.job_id)
        yield StreamEnd(last_number=last, dropped=dropped)

    async def _next(self, frames: AsyncGenerator[FollowedFrame, None]) -> FollowedFrame | None:
        try:
            async with asyncio.timeout(self.patience_seconds):
                return await anext(frames, None)
        except TimeoutError:
            raise DeadlineExceeded(f"the source has given nothing for {self.patience_seconds:g} s") from None

    async def _cut_short(self, job_id: str) -> CancelledByUser | Unavailable:
        """Why a historic stream ended before its last row."""
        status = await self.read_job(job_id)
        if status.state is JobState.CANCELLED:
            return CancelledByUser(f"job {job_id} was cancelled")
        return Unavailable(status.problem or f"job {job_id} ended before its last row")

    def drain(self) -> None:
        """Refuse new work and end live streams, which have no end of their own; historic ones go on."""
        self._stopped = True
        for viewer in self._viewers:
            if viewer.live and not viewer.let_go:
                viewer.let_go = True
                viewer.task.cancel()


def _refuse_what_is_not_there(status: JobStatus, wanted: FollowStream) -> None:
    job = status.job
    if wanted.max_frames < 0:
        raise ValidationFailed("max_frames: it must not be negative; 0 is no limit", field="max_frames")
    if not 0 <= wanted.stream_id < job.streams:
        last = job.streams - 1
        raise ValidationFailed(
            f"stream_id: job {job.job_id} has the streams 0 to {last}, not {wanted.stream_id}", field="stream_id"
        )
    most = status.frames if job.rows is None else job.rows
    if not 0 <= wanted.after_frame <= most:
        raise ValidationFailed(
            f"resume_after_frame: {wanted.after_frame} is not a frame that was sent; send 0, or the number of the last "
            f"frame that came (this job has {most})",
            field="resume_after_frame",
        )
