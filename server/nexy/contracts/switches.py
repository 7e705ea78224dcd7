"""Live values: features, kill switches and the routing table, read once per turn."""

from dataclasses import dataclass, field, fields
from typing import Protocol

from nexy.contracts.routing_table import RoutingTable


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesConfig:
    """Which capabilities the assistant may use in this turn."""

    use_module_coordinator: bool = True
    forward_assistant_actions: bool = False
    browser_use: bool = True
    messages: bool = True
    whatsapp: bool = False
    subscription: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KillSwitches:
    """What an operator turned off at once, without a release."""

    disable_module_coordinator: bool = False
    disable_forward_assistant_actions: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The switches that are thrown."""
        return tuple(switch.name for switch in fields(self) if getattr(self, switch.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchBoard:
    """One consistent reading of all live values."""

    features: FeaturesConfig
    kill_switches: KillSwitches
    routing: RoutingTable = field(default_factory=RoutingTable)

    @property
    def actions_forwarded(self) -> bool:
        """Whether validated commands go to the client."""
        return self.features.forward_assistant_actions and not self.kill_switches.disable_forward_assistant_actions

    @property
    def accepts_work(self) -> bool:
        """Whether new turns may start at all."""
        return self.features.use_module_coordinator and not self.kill_switches.disable_module_coordinator


class Switches(Protocol):
    """The one owner of live values and of the interrupt epochs of devices (`GlobalFlagProvider`)."""

    def read(self) -> SwitchBoard:
        """The values in force now; cheap enough for every turn."""
        ...

    def interrupt_epoch(self, hardware_id: str) -> int:
        """How often this device was interrupted; a turn begins with this number."""
        ...

    def raise_interrupt_epoch(self, hardware_id: str) -> int:
        """Count one interrupt of this device and return the new number."""
        ...

    def check_interrupt_flag(self, hardware_id: str, began_with: int) -> bool:
        """Whether the device was interrupted after its turn began."""
        ...
