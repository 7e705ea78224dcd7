"""Stand-ins for what keeps things: they remember what they were asked, and can refuse or hang."""

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from nexy.contracts.errors import NexyError
from nexy.contracts.history import FinishedTurn, KeepTurn
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.outbox import Applier, Keep, Record, RegisterApplier
from nexy.contracts.request import Request
from nexy.contracts.usage import CheckBudget, RecordUsage

R = TypeVar("R")


class Keeper(UniversalModuleInterface):
    """Stands where history, ledger or outbox stand; `asked` is what it kept, in order.

    With `refusal` it raises instead; with `gate` it answers only after the gate is open;
    `reached` tells that it was asked.
    """

    requires: ClassVar[Sequence[str]] = ()

    def __init__(self, refusal: NexyError | None = None, gate: asyncio.Event | None = None) -> None:
        self.refusal = refusal
        self.gate = gate
        self.reached = asyncio.Event()
        self.asked: list[Request[Any]] = []
        self.appliers: dict[str, Applier] = {}

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        if isinstance(request, RegisterApplier):
            self.appliers[request.kind] = request.applier
            return None  # type: ignore[return-value]
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(request)
        return None  # type: ignore[return-value]

    def open(self) -> None:
        """Let everything through that waits at the gate."""
        assert self.gate is not None
        self.gate.set()

    @property
    def turns(self) -> list[FinishedTurn]:
        """The turns that were kept."""
        return [request.turn for request in self.asked if isinstance(request, KeepTurn)]

    @property
    def durable(self) -> list[bool]:
        """For each turn or batch whether the caller waits for the disk."""
        return [request.durable for request in self.asked if isinstance(request, KeepTurn | Keep)]

    @property
    def records(self) -> list[Record]:
        """What lies in the outbox."""
        return [record for request in self.asked if isinstance(request, Keep) for record in request.records]

    @property
    def rows(self) -> list[RecordUsage]:
        """The usage that was kept."""
        return [request for request in self.asked if isinstance(request, RecordUsage)]

    @property
    def budgets(self) -> list[str]:
        """The devices whose budget was asked for."""
        return [request.hardware_id for request in self.asked if isinstance(request, CheckBudget)]

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)
