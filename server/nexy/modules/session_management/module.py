"""The capability `session_management`."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from nexy.config.sections import SessionsConfig
from nexy.contracts.capabilities import CLOCK
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.sessions import BeginTurn, CollectSpeech, EndTurn, InterruptTurns, TakeSpeech
from nexy.modules.session_management.hardware_id_provider import HardwareIDProvider
from nexy.modules.session_management.session_registry import SessionRegistry
from nexy.modules.session_management.session_tracker import SessionTracker
from nexy.modules.session_management.speech_buffer import SpeechBuffers

R = TypeVar("R")


class SessionManagementModule(UniversalModuleInterface):
    """Begins and ends turns, answers who runs, keeps partial speech."""

    requires: ClassVar[Sequence[str]] = (CLOCK,)

    def __init__(self) -> None:
        self._registry = SessionRegistry()
        self._handlers = RequestHandlers()
        self._state = ModuleState.STARTING

    async def initialize(self, section: SessionsConfig, peers: Peers) -> None:
        """Make the parts; nothing here can fail."""
        self._devices = HardwareIDProvider(section.max_known_devices)
        self._tracker = SessionTracker(self._registry, self._devices)
        self._buffers = SpeechBuffers(section, peers.get(CLOCK))
        self._handlers.on(BeginTurn, self._begin)
        self._handlers.on(EndTurn, self._end)
        self._handlers.on(InterruptTurns, self._interrupt)
        self._handlers.on(CollectSpeech, self._collect)
        self._handlers.on(TakeSpeech, self._take)
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer one of the requests of `contracts.sessions`."""
        return await self._handlers.answer(request)

    async def _begin(self, request: BeginTurn) -> None:
        await self._tracker.begin(request.turn)

    async def _end(self, request: EndTurn) -> None:
        self._tracker.end(request.turn)

    async def _interrupt(self, request: InterruptTurns) -> Sequence[str]:
        running = [turn.session_id for turn in self._registry.turns_of_device(request.hardware_id)]
        return [session_id for session_id in running if self._registry.interrupt_session(session_id)]

    async def _collect(self, request: CollectSpeech) -> None:
        self._buffers.collect(request.hardware_id, request.session_id, request.chunk_seq, request.text)

    async def _take(self, request: TakeSpeech) -> str:
        return self._buffers.take(request.hardware_id, request.session_id, request.text)

    async def cleanup(self) -> None:
        """Nothing is held outside memory."""
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """Running, with the number of turns."""
        return ModuleStatus(state=self._state, detail=f"{self._registry.count()} turns")
