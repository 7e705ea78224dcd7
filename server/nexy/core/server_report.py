"""What the server says of itself: one picture for /health, /status, the start-up page and `nexy status`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nexy.contracts.database import DatabaseFacts
from nexy.contracts.demo import Demo
from nexy.contracts.module import ModuleState, ModuleStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReport:
    """States of all parts at one moment; addresses are `host:port` by door, absent doors are left out.

    `database` is what the server was connected to when it started, `demo` what became of the demo account,
    `devices` its rule for devices (off, optional or required).
    """

    version: str
    environment: str
    uptime_seconds: float
    accepts_work: bool
    modules: Mapping[str, ModuleStatus]
    addresses: Mapping[str, str] = field(default_factory=dict)
    switched_off: tuple[str, ...] = ()
    database: DatabaseFacts | None = None
    demo: Demo = Demo.OFF
    devices: str = ""

    @property
    def degraded(self) -> bool:
        """Whether something that was meant to run does not."""
        bad = (ModuleState.FAILED, ModuleState.DEGRADED)
        return not self.accepts_work or any(status.state in bad for status in self.modules.values())

    @property
    def reasons(self) -> dict[str, str]:
        """Why a part is not simply running, by its name."""
        bad = (ModuleState.FAILED, ModuleState.DEGRADED)
        return {name: status.detail for name, status in self.modules.items() if status.state in bad and status.detail}
