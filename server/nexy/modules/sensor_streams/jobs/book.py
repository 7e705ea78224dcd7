"""All jobs of the server, and how long each of them stays."""

import secrets

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import DeadlineExceeded, NotFound, StreamLimitExceeded
from nexy.contracts.streams import JobFacts
from nexy.modules.sensor_streams.jobs.job import Job
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.spectra.plan import Plan
from nexy.utils.shown import shown

# Ended jobs weigh little, but nobody may make the book as long as they like.
_ENDED_FOR_EACH_PLACE = 10
_FIRST_ID = 10_000
_IDS = 90_000


class JobBook:
    """Hands out places and ids; `sweep` removes what has had its time."""

    def __init__(self, config: SensorStreamsConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._taken: dict[int, Job | None] = {}

    @property
    def active(self) -> int:
        """How many places are taken."""
        return sum(1 for job in self._taken.values() if job is None or job.active)

    @property
    def viewers(self) -> int:
        """How many watch."""
        return sum(len(job.viewers) for job in self._jobs.values())

    def reserve(self) -> int:
        """A place for a job, its window; give it back with `release`. Raises `StreamLimitExceeded`."""
        most = self._config.max_jobs
        free = (window for window in range(1, most + 1) if not self._is_taken(window))
        window = next(free, None)
        if window is None:
            raise StreamLimitExceeded(
                f"{most} jobs are running, the limit is {most}; end one with DELETE /focus-server/jobs/ID, or wait: "
                f"a job that nobody watches ends after {self._config.job_idle_seconds:g} s",
                code="too_many_jobs",
                retry_after_seconds=self._seconds_to_next_place(),
            )
        self._taken[window] = None
        return window

    def _is_taken(self, window: int) -> bool:
        job = self._taken.get(window)
        return window in self._taken and (job is None or job.active)

    def _seconds_to_next_place(self) -> float:
        idle, now = self._config.job_idle_seconds, self._clock.monotonic()
        left = [job.changed_at + idle - now for job in self._jobs.values() if job.active and not job.viewers]
        return max(1.0, min(left, default=idle))

    def release(self, window: int) -> None:
        """Give a reserved place back; the place of a job that was opened stays its own."""
        if window in self._taken and self._taken[window] is None:
            del self._taken[window]

    def open(self, window: int, plan: Plan, spec: SourceSpec) -> JobFacts:
        """Put a job into its reserved place."""
        job_id = self._new_id(window)
        facts = plan.facts(job_id, self._clock.now().timestamp())
        job = Job(facts, spec, plan.feeds, self._clock)
        self._jobs[job_id] = self._taken[window] = job
        self._forget_oldest_ended()
        return facts

    def _new_id(self, window: int) -> str:
        used = {job_id.partition("-")[2] for job_id in self._jobs}
        while (number := str(_FIRST_ID + secrets.randbelow(_IDS))) in used:
            pass
        return f"{window}-{number}"

    def get(self, job_id: str) -> Job:
        """The job; raises `NotFound` for one that is unknown or expired."""
        job = self._jobs.get(job_id)
        if job is None:
            named = shown(job_id) or "''"
            raise NotFound(f"job {named} not found: it never was or has expired; configure a new one", field="job_id")
        return job

    def sweep(self) -> None:
        """Remove jobs that had their time, and end streams on which nothing moves."""
        now, config = self._clock.monotonic(), self._config
        for job in tuple(self._jobs.values()):
            self._end_still_streams(job, now)
            kept = config.job_idle_seconds if job.active else config.job_kept_seconds
            if not job.viewers and now - job.changed_at >= kept:
                self._forget(job)

    def _end_still_streams(self, job: Job, now: float) -> None:
        seconds = self._config.stream_inactivity_seconds
        for viewer in tuple(job.viewers):
            if now - viewer.moved_at >= seconds:
                viewer.close(DeadlineExceeded(f"nothing moved on this stream of job {job.facts.job_id} for "
                                              f"{seconds:g} s", code="stream_inactive"))  # fmt: skip
                job.dismiss(viewer)

    def _forget_oldest_ended(self) -> None:
        ended = [job for job in self._jobs.values() if not job.active and not job.viewers]
        for job in ended[: max(0, len(ended) - _ENDED_FOR_EACH_PLACE * self._config.max_jobs)]:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        del self._jobs[job.facts.job_id]
        self._taken = {window: each for window, each in self._taken.items() if each is not job}

    def close(self) -> None:
        """End every job."""
        for job in self._jobs.values():
            job.cancel()
