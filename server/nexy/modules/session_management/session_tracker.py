"""The life of a turn, from its begin to its end."""

from nexy.contracts.sessions import RunningTurn
from nexy.modules.session_management.hardware_id_provider import HardwareIDProvider
from nexy.modules.session_management.session_registry import SessionRegistry


class SessionTracker:
    """Begins and ends turns; what runs is known to `SessionRegistry` alone."""

    def __init__(self, registry: SessionRegistry, devices: HardwareIDProvider) -> None:
        self._registry = registry
        self._devices = devices

    async def begin(self, turn: RunningTurn) -> None:
        """Register the turn and remember its device."""
        self._registry.register_session(turn)
        await self._devices.remember(turn.hardware_id)

    def end(self, turn: RunningTurn) -> None:
        """Forget the turn."""
        self._registry.unregister_session(turn)
