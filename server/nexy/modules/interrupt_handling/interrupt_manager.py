"""Ends the turns of one device, and of that device only."""

from collections.abc import Sequence

from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.sessions import InterruptTurns
from nexy.contracts.switches import Switches


class InterruptManager:
    """Raises the device's epoch in `GlobalFlagProvider`, then lets `SessionRegistry` cancel its turns.

    The epoch tells every step of an interrupted turn why it was cancelled; a turn that begins afterwards
    begins with the new epoch and is never touched.
    """

    def __init__(self, switches: Switches, sessions: UniversalModuleInterface) -> None:
        self._switches = switches
        self._sessions = sessions

    async def interrupt(self, hardware_id: str) -> Sequence[str]:
        """Cancel every running turn of the device; returns the ids of their sessions."""
        self._switches.raise_interrupt_epoch(hardware_id)
        return await self._sessions.process(InterruptTurns(hardware_id=hardware_id))

    def should_interrupt(self, hardware_id: str, began_with: int) -> bool:
        """Whether the device was interrupted after a turn that began with this epoch."""
        return self._switches.check_interrupt_flag(hardware_id, began_with)
