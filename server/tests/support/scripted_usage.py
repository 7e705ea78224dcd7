"""A ledger that remembers what it was told, refuses whom it is told to, and knows one price."""

import asyncio
from typing import TypeVar

from nexy.contracts.errors import NexyError
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.usage import CheckBudget, HasBudgets, PriceTokens, RecordUsage, ReleaseBudget

R = TypeVar("R")


class ScriptedUsage(UniversalModuleInterface):
    """A token costs a millionth of a dollar, but for models that are `unpriced`; `slow` holds rows back."""

    def __init__(self, refusal: NexyError | None = None, unpriced: str = "", failing: NexyError | None = None) -> None:
        self.rows: list[RecordUsage] = []
        self.checked: list[CheckBudget] = []
        self.released: list[str] = []
        self.refusal = refusal
        self.failing = failing
        self.unpriced = unpriced
        self.slow: asyncio.Event | None = None
        self._handlers = RequestHandlers()
        self._handlers.on(HasBudgets, self._has_budgets)
        self._handlers.on(CheckBudget, self._check)
        self._handlers.on(ReleaseBudget, self._release)
        self._handlers.on(RecordUsage, self._record)
        self._handlers.on(PriceTokens, self._price)

    async def initialize(self, section: object, peers: Peers) -> None:
        return

    async def process(self, request: Request[R]) -> R:
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        return

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)

    async def _has_budgets(self, _: HasBudgets) -> bool:
        return True

    async def _check(self, request: CheckBudget) -> None:
        self.checked.append(request)
        if self.refusal is not None:
            raise self.refusal

    async def _release(self, request: ReleaseBudget) -> None:
        self.released.append(request.turn_id)

    async def _record(self, request: RecordUsage) -> None:
        if self.slow is not None:
            await self.slow.wait()
        if self.failing is not None:
            raise self.failing
        self.rows.append(request)

    async def _price(self, request: PriceTokens) -> str | None:
        if request.model == self.unpriced:
            return None
        return f"{(request.input_tokens + request.output_tokens) / 1_000_000:f}"
