"""Several speech workers: lent fairly, replaced when they die."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.audio_generation.lending import Lender
from nexy.modules.audio_generation.seam import Heard
from nexy.modules.audio_generation.stalls import Loan, Stalls
from nexy.modules.audio_generation.wire import Order
from nexy.modules.audio_generation.worker_process import SpeechWorker, WorkerDied
from nexy.utils.supervisor import TaskSupervisor

_log = logging.getLogger("nexy.audio_generation")

_SETTLED_SECONDS = 1.0
_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 10.0
_CHARACTERS_PER_TIMEOUT = 1000
_DEATHS_PER_SENTENCE = 2


def restart_delay(failures: int) -> float:
    """Seconds before the next start: none after a single failure, then doubling up to a bound."""
    if failures < 2:
        return 0.0
    return min(_LONGEST_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2.0 ** min(failures, 16))


class WorkerPool:
    """Keeps `workers` processes alive, one keeper task each, and lends them sentence by sentence.

    A worker whose reader has stopped goes to the next sentence that waits for one.
    """

    def __init__(self, settings: SpeechConfig) -> None:
        self._settings = settings
        self._tasks = TaskSupervisor("audio_generation")
        self._lender: Lender[SpeechWorker] = Lender()
        self._living: set[SpeechWorker] = set()
        self._draining = 0
        self._stalls = Stalls(lambda: self._lender.waiting - self._draining, self._take_back)
        self._failure = ""

    @property
    def pids(self) -> Sequence[int]:
        """The process ids of the living workers."""
        return sorted(worker.pid for worker in self._living)

    @property
    def trouble(self) -> str:
        """Why nothing can be spoken now; empty while a worker lives."""
        return "" if self._living else self._failure or "speech workers are being replaced"

    async def start(self) -> None:
        """Start all workers at once; raises `Unavailable` with the reason when none of them starts."""
        starts: list[asyncio.Future[None]] = []
        for number in range(1, self._settings.workers + 1):
            starts.append(asyncio.get_running_loop().create_future())
            self._tasks.spawn(self._keep(number, starts[-1]))
        await asyncio.wait(starts)
        if not self._living:
            await self.stop()
            raise Unavailable(self._failure)

    async def stop(self) -> None:
        """End every worker and every task; no process stays behind."""
        living = tuple(self._living)
        await self._tasks.cleanup()
        self._lender.refuse("speech is stopped")
        await asyncio.gather(*(worker.stop(self._settings.stop_seconds) for worker in living))

    async def speak(self, order: Order, heard: Heard) -> AsyncGenerator[bytes, None]:
        """What is not `heard` yet of one sentence; when its worker dies another goes on where the sound stopped, once.

        Raises `CalledOff` when the reader paused and the worker was needed elsewhere: the rest can be ordered again.
        Raises `UnknownVoice`, and `Unavailable` when no worker is free in time, or two died of this sentence.
        """
        deaths = 0
        for _attempt in range(self._settings.workers + _DEATHS_PER_SENTENCE):
            heard.again()
            try:
                async with aclosing(self._spoken_once(order)) as chunks:
                    async for chunk in chunks:
                        if fresh := heard.fresh(chunk):
                            yield fresh
                return
            except WorkerDied as death:
                # One that was dead before it took the sentence did not die of it.
                deaths += death.accepted
                _log.warning("speech worker died", extra={"decision": "retry", "ctx": {"deaths": deaths}})
            if deaths == _DEATHS_PER_SENTENCE:
                break
        raise Unavailable("speech workers died of this sentence", code="speech_worker_died")

    async def _spoken_once(self, order: Order) -> AsyncGenerator[bytes, None]:
        seconds = self._settings.sentence_timeout_seconds
        self._stalls.relieve_soon()
        loan = Loan(worker=await self._lender.borrow(seconds))
        with self._returned(loan):
            budget = seconds * (1 + len(order.text) // _CHARACTERS_PER_TIMEOUT)
            async with aclosing(loan.worker.speak(order, budget)) as chunks:
                async for chunk in chunks:
                    with self._stalls.offering(loan):
                        yield chunk

    @contextmanager
    def _returned(self, loan: Loan) -> Iterator[None]:
        # Synchronous, so that a reader who closes early is not held up by a worker that must be drained.
        try:
            yield
        finally:
            if loan.worker.alive and not loan.called_off:
                self._take_back(loan.worker)

    def _take_back(self, worker: SpeechWorker) -> None:
        if worker.busy:
            self._draining += 1
            self._tasks.spawn(self._drain(worker))
        else:
            self._lender.give(worker)

    async def _drain(self, worker: SpeechWorker) -> None:
        try:
            free = await worker.abandon(self._settings.drain_seconds)
        finally:
            self._draining -= 1
        if free:
            self._lender.give(worker)
            return
        _log.warning("speech worker did not stop in time", extra={"decision": "degrade", "ctx": {}})
        self._stalls.relieve()

    async def _keep(self, number: int, started: "asyncio.Future[None]") -> None:
        failures = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            worker = await self._launched(number)
            if not started.done():
                started.set_result(None)
            if worker is not None:
                began = clock()
                code = await self._watched(worker)
                context = {"worker": number, "exit_code": code}
                _log.warning("speech worker ended", extra={"decision": "degrade", "ctx": context})
            settled = worker is not None and clock() - began >= _SETTLED_SECONDS
            failures = 1 if settled else failures + 1
            await asyncio.sleep(restart_delay(failures))

    async def _launched(self, number: int) -> SpeechWorker | None:
        settings = self._settings
        rate = settings.sample_rate
        numbers = (rate, settings.words_per_minute, round(rate * settings.chunk_seconds), settings.pause_seconds)
        # The last voice stays loaded: Russian, whose dictionary takes longest, the second time much less.
        voices = (settings.voice_ru, settings.voice_en, settings.voice_ru)
        arguments = (f"nexy-speech-{number}", *map(str, numbers), *voices)
        try:
            worker = await SpeechWorker.launch(arguments, settings.worker_start_timeout_seconds)
        except Unavailable as failure:
            self._failure = failure.message
            if not self._living:
                self._lender.refuse(failure.message)
            problem = {"worker": number, "reason": failure.message}
            _log.warning("speech worker does not start", extra={"decision": "degrade", "ctx": problem})
            return None
        context = {"worker": number, "pid": worker.pid}
        _log.info("speech worker is ready", extra={"decision": "start", "ctx": context})
        return worker

    async def _watched(self, worker: SpeechWorker) -> int:
        self._living.add(worker)
        self._lender.give(worker)
        try:
            return await worker.ended()
        finally:
            self._living.discard(worker)
            self._lender.withdraw(worker)
