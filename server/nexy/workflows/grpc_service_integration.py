"""Admission: who may start a turn, and how every turn ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from nexy.contracts.capabilities import SESSIONS, SWITCHES
from nexy.contracts.errors import CancelledByUser, Unavailable, ValidationFailed
from nexy.contracts.sessions import BeginTurn, CollectSpeech, EndTurn, RunningTurn, TakeSpeech
from nexy.contracts.turn import EndEvent, Phase, VoiceEvent, VoiceRequest
from nexy.core.backpressure_manager import BackpressureManager
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.journal import Journal
from nexy.workflows.streaming import StreamingWorkflowIntegration
from nexy.workflows.turn import Turn
from nexy.workflows.usage import UsageWorkflowIntegration

COLLECT_ACCEPTED = "COLLECT_ACCEPTED"
LAST_MOMENT_SECONDS = 0.1


class GrpcServiceIntegration:
    """Single flight, slots and cancellation around the story that `StreamingWorkflowIntegration` tells.

    Slots and streams are acquired and released here and nowhere else.
    """

    def __init__(
        self,
        coordinator: ModuleCoordinator,
        backpressure: BackpressureManager,
        streaming: StreamingWorkflowIntegration,
        journal: Journal | None = None,
    ) -> None:
        self._coordinator = coordinator
        self._backpressure = backpressure
        self._streaming = streaming
        self._journal = journal or Journal(coordinator)
        self._usage = UsageWorkflowIntegration(coordinator)
        self._waiting: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[None, None]:
        """Count one open StreamAudio call for as long as the block lasts."""
        self._refuse_when_switched_off()
        self._backpressure.open_stream()
        try:
            yield
        finally:
            self._backpressure.close_stream()

    def _refuse_when_switched_off(self) -> None:
        if not self._coordinator.get(SWITCHES).read().accepts_work:
            raise Unavailable("new work is switched off: disable_module_coordinator", code="switched_off")

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[None, None]:
        """One slot without a session, for as long as the block lasts: a greeting costs what a turn costs."""
        self._refuse_when_switched_off()
        self._backpressure.acquire()
        try:
            yield
        finally:
            self._backpressure.release()

    @asynccontextmanager
    async def reply(self, request: VoiceRequest) -> AsyncGenerator[AsyncGenerator[VoiceEvent, None], None]:
        """The events that answer one message; whatever ends the block, slot and session are free afterwards.

        Raises `CancelledByUser` where the device was interrupted, and the refusals of `voice.md`.
        """
        if request.phase is Phase.COLLECT:
            await self._collect(request)
            yield _just_the_end(COLLECT_ACCEPTED)
            return
        self._refuse_when_switched_off()
        turn = Turn(hardware_id=request.hardware_id, session_id=request.session_id, screenshot=request.screenshot)
        async with self._journal.turn(turn), self._turn(request), aclosing(self._answer(request, turn)) as events:
            yield events

    async def _collect(self, request: VoiceRequest) -> None:
        text = request.chunk_text or request.prompt
        sessions = self._coordinator.get(SESSIONS)
        await sessions.process(
            CollectSpeech(
                hardware_id=request.hardware_id, session_id=request.session_id, chunk_seq=request.chunk_seq, text=text
            )
        )

    @asynccontextmanager
    async def _turn(self, request: VoiceRequest) -> AsyncGenerator[None, None]:
        task = asyncio.current_task()
        assert task is not None
        switches = self._coordinator.get(SWITCHES)
        epoch = switches.interrupt_epoch(request.hardware_id)
        turn = RunningTurn(session_id=request.session_id, hardware_id=request.hardware_id, epoch=epoch, task=task)
        sessions = self._coordinator.get(SESSIONS)
        await sessions.process(BeginTurn(turn=turn))
        try:
            self._backpressure.acquire()
            try:
                yield
            finally:
                self._backpressure.release()
        except asyncio.CancelledError:
            # The device's epoch tells a barge-in from a client that went away.
            if not switches.check_interrupt_flag(request.hardware_id, epoch):
                raise
            while task.uncancel():
                pass
            raise CancelledByUser("interrupted by the person") from None
        finally:
            await sessions.process(EndTurn(turn=turn))

    async def _answer(self, request: VoiceRequest, turn: Turn) -> AsyncGenerator[VoiceEvent, None]:
        await self._usage.refuse_when_spent(request.hardware_id, turn.turn_id)
        turn.prompt = await self._words_of(request)
        async with aclosing(self._streaming.answer(turn)) as story:
            async for event in story:
                if isinstance(event, EndEvent):
                    await self._journal.keep(turn)
                yield event
                # Asked for the next one: the transport has taken this one.
                turn.took(event)

    async def _words_of(self, request: VoiceRequest) -> str:
        take = TakeSpeech(hardware_id=request.hardware_id, session_id=request.session_id, text=request.prompt)
        prompt = await self._coordinator.get(SESSIONS).process(take)
        if not prompt.strip():
            raise ValidationFailed("prompt: it is blank; say something or COLLECT first", field="prompt")
        return prompt

    @asynccontextmanager
    async def waiting_for_the_client(self) -> AsyncGenerator[None, None]:
        """The call has nothing to do until its client speaks; a shutdown ends such a wait at once.

        Raises `Unavailable` then: a client that half-closes in its last moment still ends well.
        """
        try:
            async with asyncio.timeout(None) as patience:
                self._waiting.add(patience)
                if self._backpressure.stopped:
                    _last_moment(patience)
                try:
                    yield
                finally:
                    self._waiting.discard(patience)
        except TimeoutError:
            raise Unavailable("the server is shutting down", code="shutting_down") from None

    def drain(self) -> None:
        """Refuse new work; running turns go on, calls that only wait for their client end."""
        self._backpressure.stop()
        for patience in self._waiting:
            _last_moment(patience)


def _last_moment(patience: asyncio.Timeout) -> None:
    patience.reschedule(asyncio.get_running_loop().time() + LAST_MOMENT_SECONDS)


async def _just_the_end(text: str) -> AsyncGenerator[VoiceEvent, None]:
    yield EndEvent(text=text)
