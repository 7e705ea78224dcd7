"""The story of a barge-in."""

from collections.abc import Sequence

from nexy.contracts.capabilities import INTERRUPTS
from nexy.contracts.interrupts import InterruptDevice
from nexy.core.module_coordinator import ModuleCoordinator


class InterruptWorkflowIntegration:
    """Ends what a device hears."""

    def __init__(self, coordinator: ModuleCoordinator) -> None:
        self._coordinator = coordinator

    async def interrupt(self, hardware_id: str) -> Sequence[str]:
        """The ids of the sessions whose turns were cancelled; raises `Unavailable` without the module."""
        return await self._coordinator.get(INTERRUPTS).process(InterruptDevice(hardware_id=hardware_id))
