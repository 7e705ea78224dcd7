"""The capability `sensor_streams`."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar, TypeVar

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.capabilities import CLOCK
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.streams import (
    DescribeSource,
    EndJob,
    FollowedFrame,
    FollowStream,
    JobFacts,
    JobStatus,
    ListSources,
    OpenJob,
    ReadJob,
    RecordingsInRange,
    SourceFacts,
)
from nexy.modules.sensor_streams.catalogue import READY, SourceCatalogue, holds_any
from nexy.modules.sensor_streams.jobs.book import JobBook
from nexy.modules.sensor_streams.jobs.feed_hall import FeedHall
from nexy.modules.sensor_streams.jobs.following import follow
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.spectra.checks import refuse
from nexy.modules.sensor_streams.spectra.plan import PlanBounds, plan_job
from nexy.modules.sensor_streams.workers.pool import WorkerPool
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")
_SWEEP_SECONDS = 1.0


class SensorStreamsModule(UniversalModuleInterface):
    """Spectrograms of what is sampled; reads and computes in worker processes, which run only while they are wanted."""

    requires: ClassVar[Sequence[str]] = (CLOCK,)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._supervisor = TaskSupervisor("sensor_streams")
        self._state = ModuleState.STARTING
        self._pool: WorkerPool | None = None

    async def initialize(self, section: SensorStreamsConfig, peers: Peers) -> None:
        """Read which sources there are; opens none. Raises `ConfigurationInvalid`."""
        clock = self._clock = peers.get(CLOCK)
        specs = _judged_sources(section.sources)
        pool = self._pool = WorkerPool(section, clock)
        self._catalogue = SourceCatalogue(specs, pool)
        self._bounds = PlanBounds(max_channels=section.max_channels, channels_per_stream=section.channels_per_stream)
        self._book = JobBook(section, clock)
        self._hall = FeedHall(pool, section.viewer_buffer_bytes)
        self._handlers.on(ListSources, self._list)
        self._handlers.on(DescribeSource, self._describe)
        self._handlers.on(OpenJob, self._open)
        self._handlers.on(ReadJob, self._read)
        self._handlers.on(EndJob, self._end)
        self._handlers.on(FollowStream, self._follow)
        self._handlers.on(RecordingsInRange, self._recordings)
        self._supervisor.spawn(self._keep_house(pool))
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer one of the requests of `contracts.streams`."""
        if self._state is not ModuleState.RUNNING:
            raise Unavailable("sensor streams are stopped")
        return await self._handlers.answer(request)

    async def _list(self, _request: ListSources) -> Sequence[SourceFacts]:
        return [seen.facts for seen in await self._catalogue.all()]

    async def _describe(self, request: DescribeSource) -> SourceFacts:
        return (await self._catalogue.look(self._catalogue.spec(request.name))).facts

    async def _open(self, request: OpenJob) -> JobFacts:
        order = request.order
        spec = self._catalogue.spec(order.source)
        window = self._book.reserve()
        try:
            seen = await self._catalogue.look(spec, order)
            plan = plan_job(order, seen.facts, seen.available, self._bounds)
            if not seen.held:
                raise refuse("start_time", f"{spec.name} is live and holds that time no more; ask for a later one, or "
                             "send neither start_time nor end_time to watch what comes now")  # fmt: skip
            return self._book.open(window, plan, spec)
        finally:
            self._book.release(window)

    async def _read(self, request: ReadJob) -> JobStatus:
        return self._book.get(request.job_id).status

    async def _end(self, request: EndJob) -> JobStatus:
        job = self._book.get(request.job_id)
        job.cancel()
        return job.status

    async def _follow(self, request: FollowStream) -> AsyncGenerator[FollowedFrame, None]:
        job = self._book.get(request.job_id)
        job.check_watchable(request.stream_id)
        for name, value in (("max_frames", request.max_frames), ("resume_after_frame", request.after_frame)):
            if value < 0:
                raise ValidationFailed(f"{name}: {value} is negative; send 0 or more", field=name)
        return follow(job, request, self._hall, self._clock)

    async def _recordings(self, request: RecordingsInRange) -> Sequence[SourceFacts]:
        if not request.start_s < request.end_s:
            raise refuse("end_time", f"{request.end_s:.3f} is not after start_time {request.start_s:.3f}")
        seen = await self._catalogue.all()
        return [each.facts for each in seen if holds_any(each, request.start_s, request.end_s)]

    async def _keep_house(self, pool: WorkerPool) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self._book.sweep()
            await pool.retire()

    async def cleanup(self) -> None:
        """End every job, its streams and every worker."""
        self._state = ModuleState.STOPPED
        pool, self._pool = self._pool, None
        await self._supervisor.cleanup()
        if pool is not None:
            self._book.close()
            await self._hall.cleanup()
            await pool.stop()

    def status(self) -> ModuleStatus:
        """Jobs, viewers and workers; `parts` says of each source whether it could be opened when it was last asked."""
        if self._state is not ModuleState.RUNNING or self._pool is None:
            return ModuleStatus(state=self._state)
        outcomes = self._catalogue.outcomes
        ready = sum(outcome == READY for outcome in outcomes.values())
        detail = (
            f"{len(outcomes)} sources, {ready} ready; {self._book.active} jobs, {self._book.viewers} viewers, "
            f"{self._hall.running} computations; {len(self._pool.pids)} workers"
        )
        return ModuleStatus(state=self._state, detail=detail, parts=dict(outcomes))


def _judged_sources(text: str) -> Sequence[SourceSpec]:
    """Imported where there are sources: judging their kinds and options loads what reads them, NumPy among it."""
    if not text.strip():
        return ()
    from nexy.modules.sensor_streams.sources.opening import parse_sources

    return parse_sources(text)
