"""Jobs with computations that a test plays, and a clock that it moves."""

import asyncio
from collections.abc import AsyncGenerator

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.streams import FollowedFrame, FollowStream, SourceFacts
from nexy.modules.sensor_streams.jobs.book import JobBook
from nexy.modules.sensor_streams.jobs.feed_hall import FeedHall
from nexy.modules.sensor_streams.jobs.following import follow
from nexy.modules.sensor_streams.jobs.job import Job
from nexy.modules.sensor_streams.spectra.plan import plan_job
from support.clock import FakeClock
from support.fake_fibre import BOUNDS, facts, order, spec
from support.fake_producers import PlayedProducers, PlayedProduction

LIVE = facts(live=True, kind="loop", samples=None)


class JobStage:
    """A book, a hall and the computations behind them."""

    def __init__(self, **config: object) -> None:
        self.clock = FakeClock()
        self.config = SensorStreamsConfig(**config)  # type: ignore[arg-type]
        self.book = JobBook(self.config, self.clock)
        self.producers = PlayedProducers()
        self.hall = FeedHall(self.producers, self.config.viewer_buffer_bytes)

    def open(self, source: SourceFacts | None = None, **other: object) -> Job:
        """A job in a place of the book; the historic one has 128 rows."""
        window = self.book.reserve()
        plan = plan_job(order(**other), source or facts(), 10_000, BOUNDS)
        return self.book.get(self.book.open(window, plan, spec()).job_id)

    def open_live(self) -> Job:
        """A job without an end."""
        return self.open(LIVE, start_s=None, end_s=None)

    def follow(self, job: Job, **other: int) -> AsyncGenerator[FollowedFrame, None]:
        """A viewer; it begins with the first `anext`."""
        wanted = FollowStream(job_id=job.facts.job_id, **other)
        return follow(job, wanted, self.hall, self.clock)

    async def play(self, rows: int, skip: int = 0) -> int:
        """Let the latest computation give so many rows; how many it had credit for."""
        return (await self.computation()).play(rows, skip)

    async def computation(self, number: int = -1) -> PlayedProduction:
        """The latest computation, or another, once it has begun."""
        for _ in range(4):
            await asyncio.sleep(0)
        return self.producers.begun[number]

    def pass_time(self, seconds: float) -> None:
        """Move the clock and sweep, as the module does."""
        self.clock.advance(seconds)
        self.book.sweep()
