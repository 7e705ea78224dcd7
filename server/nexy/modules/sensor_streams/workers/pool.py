"""A few worker processes: started when somebody wants rows, ended when nobody has for a while."""

import asyncio
import logging

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import DeadlineExceeded, StreamLimitExceeded
from nexy.modules.sensor_streams.producing import Production, Sink
from nexy.modules.sensor_streams.workers.stream_worker import StreamWorker
from nexy.modules.sensor_streams.workers.wire import Begin, Look, Seen

_log = logging.getLogger("nexy.sensor_streams")


class WorkerPool:
    """`Producers` in processes. A worker that dies is replaced when it is next needed."""

    def __init__(self, config: SensorStreamsConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._workers: list[StreamWorker] = []
        self._used_at: dict[StreamWorker, float] = {}
        self._starting = asyncio.Lock()
        self._looking = asyncio.Semaphore(config.max_looks)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the living workers."""
        return tuple(worker.pid for worker in self._living())

    @property
    def memory_bytes(self) -> int:
        """What all computations hold."""
        return sum(worker.memory_bytes for worker in self._living())

    async def look(self, look: Look) -> Seen:
        """What a source is; only so many are opened at once. Raises `DeadlineExceeded` when it takes too long."""
        seconds = self._config.look_timeout_seconds
        async with self._looking:
            worker = await self._least_loaded()
            try:
                async with asyncio.timeout(seconds):
                    return await worker.look(look)
            except TimeoutError as late:
                raise DeadlineExceeded(f"source '{look.spec.name}' was not open after {seconds:g} s") from late

    async def begin(self, begin: Begin, sink: Sink) -> Production:
        """Start computing in the least loaded worker; raises `StreamLimitExceeded` when memory is spent."""
        worker = await self._least_loaded()
        needed, most = begin.feed.memory_bytes, self._config.worker_memory_bytes
        if worker.memory_bytes + needed > most:
            raise StreamLimitExceeded(
                f"the computation needs {needed} bytes and {most - worker.memory_bytes} of {most} are free; "
                "end a job, ask for fewer channels or a smaller nfft, or raise sensor_streams.worker_memory_bytes",
                code="sensor_memory_spent",
                retry_after_seconds=self._config.job_idle_seconds,
            )
        return worker.begin(begin, sink)

    async def _least_loaded(self) -> StreamWorker:
        async with self._starting:
            living = self._living()
            best = min(living, key=lambda worker: worker.memory_bytes, default=None)
            if best is None or (not best.idle and len(living) < self._config.workers):
                best = await self._launched()
        self._used_at[best] = self._clock.monotonic()
        return best

    async def _launched(self) -> StreamWorker:
        worker = await StreamWorker.launch(self._config.worker_start_timeout_seconds)
        self._workers.append(worker)
        _log.info("sensor worker is ready", extra={"decision": "start", "ctx": {"pid": worker.pid}})
        return worker

    def _living(self) -> list[StreamWorker]:
        dead = [worker for worker in self._workers if not worker.alive]
        for worker in dead:
            self._forget(worker)
            _log.warning("sensor worker ended", extra={"decision": "degrade", "ctx": {"pid": worker.pid}})
        return list(self._workers)

    def _forget(self, worker: StreamWorker) -> None:
        self._workers.remove(worker)
        self._used_at.pop(worker, None)

    async def retire(self) -> None:
        """End the workers that nobody has wanted for long enough."""
        now = self._clock.monotonic()
        for worker in self._living():
            if not worker.idle:
                self._used_at[worker] = now
            elif now - self._used_at.get(worker, now) >= self._config.worker_idle_seconds:
                self._forget(worker)
                await worker.stop(self._config.worker_stop_seconds)

    async def stop(self) -> None:
        """End every worker; no process stays behind."""
        async with self._starting:
            workers, self._workers = self._workers, []
            self._used_at.clear()
            await asyncio.gather(*(worker.stop(self._config.worker_stop_seconds) for worker in workers))
