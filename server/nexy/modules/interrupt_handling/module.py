"""The capability `interrupt_handling`."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from nexy.contracts.capabilities import SESSIONS, SWITCHES
from nexy.contracts.interrupts import InterruptDevice
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.interrupt_handling.interrupt_manager import InterruptManager

R = TypeVar("R")


class InterruptHandlingModule(UniversalModuleInterface):
    """Answers `InterruptDevice`."""

    requires: ClassVar[Sequence[str]] = (SWITCHES, SESSIONS)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._state = ModuleState.STARTING

    async def initialize(self, section: None, peers: Peers) -> None:
        """Find the flags and the sessions; there is nothing to configure."""
        self._manager = InterruptManager(peers.get(SWITCHES), peers.get(SESSIONS))
        self._handlers.on(InterruptDevice, self._interrupt)
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer `InterruptDevice`."""
        return await self._handlers.answer(request)

    async def _interrupt(self, request: InterruptDevice) -> Sequence[str]:
        return await self._manager.interrupt(request.hardware_id)

    async def cleanup(self) -> None:
        """Nothing is held."""
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """The present state."""
        return ModuleStatus(state=self._state)
