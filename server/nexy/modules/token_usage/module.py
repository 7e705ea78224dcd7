"""The capability `token_usage`."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, TypeVar

from nexy.config.usage_section import UsageSection
from nexy.contracts.capabilities import ACCESS, CLOCK, DATABASE, OUTBOX
from nexy.contracts.errors import NexyError
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.outbox import DrainNow, Keep, Record, RegisterApplier
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.usage import CheckBudget, CostRow, HasBudgets, PriceTokens, RecordUsage, ReleaseBudget, ReportCosts
from nexy.modules.token_usage.accounts import STRANGERS, AccountBook
from nexy.modules.token_usage.budgets import Budgets, periods_now
from nexy.modules.token_usage.entries import KIND
from nexy.modules.token_usage.foresight import Foresight
from nexy.modules.token_usage.limits import limits_of, limits_of_strangers, limits_of_unpaired, reserved_by
from nexy.modules.token_usage.prices import read_prices
from nexy.modules.token_usage.token_usage_repository import TokenUsageRepository
from nexy.modules.token_usage.token_usage_tracker import TokenUsageTracker
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")
_log = logging.getLogger("nexy.usage")
_FIRST_LOAD_SECONDS = 1.0


class TokenUsageModule(UniversalModuleInterface):
    """Keeps the ledger through the outbox, refuses what is over budget, and reports costs."""

    requires: ClassVar[Sequence[str]] = (CLOCK,)
    wants: ClassVar[Sequence[str]] = (DATABASE, OUTBOX, ACCESS)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._supervisor = TaskSupervisor("token_usage")
        self._repository = TokenUsageRepository()
        self._state = ModuleState.STARTING
        self._detail = ""

    async def initialize(self, section: UsageSection, peers: Peers) -> None:
        """Read the prices, tell the outbox who writes usage, and count what was spent before."""
        config, self._peers, self._clock = section.config, peers, peers.get(CLOCK)
        prices = self._prices = await asyncio.to_thread(read_prices, Path(section.home), config.prices_file)
        self._budgets = Budgets(limits_of(config), self._clock, config.max_devices, config.max_running)
        self._foresight = Foresight(prices, reserved_by(config))
        self._unpaired, self._strangers = limits_of_unpaired(section), limits_of_strangers(section)
        self._on, self._accounts = bool(self._unpaired or self._strangers), AccountBook(peers, self._budgets)
        self._tracker = TokenUsageTracker(
            prices, self._budgets, self._keep, self._clock, config.max_recent_keys, self._accounts.of
        )
        self._handlers.on(RecordUsage, self._tracker.record)
        self._handlers.on(HasBudgets, self._has_budgets)
        self._handlers.on(CheckBudget, self._check)
        self._handlers.on(ReleaseBudget, self._release)
        self._handlers.on(ReportCosts, self._report)
        self._handlers.on(PriceTokens, self._price)
        await self._register()
        if self._on:
            await self._begin_to_load(config.load_retry_seconds)
        self._state = ModuleState.DEGRADED if self._detail else ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer one of the requests of `contracts.usage`."""
        return await self._handlers.answer(request)

    async def _keep(self, record: Record) -> None:
        await self._peers.get(OUTBOX).process(Keep(records=(record,)))

    async def _check(self, request: CheckBudget) -> None:
        if not self._on:
            return
        account = await self._accounts.of(request.hardware_id)
        self._budgets.check(account.name, self._unpaired if account.unpaired else None)
        if account.unpaired:
            self._budgets.check(STRANGERS, self._strangers)
        if request.turn_id:
            reserved = self._foresight.reserve(request.expected)
            self._budgets.hold(account.name, request.turn_id, reserved)
            if account.unpaired:
                self._budgets.hold(STRANGERS, _among_strangers(request.turn_id), reserved)

    async def _has_budgets(self, _: HasBudgets) -> bool:
        return self._on

    async def _release(self, request: ReleaseBudget) -> None:
        self._budgets.release(request.turn_id)
        self._budgets.release(_among_strangers(request.turn_id))

    async def _price(self, request: PriceTokens) -> str | None:
        price = self._prices.price_of(request.provider, request.model)
        if price is None:
            return None
        cached = (request.cache_read_tokens, request.cache_write_tokens)
        return format(price.cost(request.input_tokens, request.output_tokens, *cached), "f")

    async def _report(self, request: ReportCosts) -> Sequence[CostRow]:
        return await self._repository.report(self._peers.get(DATABASE), request)

    async def _register(self) -> None:
        try:
            await self._peers.get(OUTBOX).process(RegisterApplier(kind=KIND, applier=self._repository.apply))
        except NexyError as problem:
            self._detail = f"usage cannot be kept: {problem.message}"

    async def _begin_to_load(self, retry_seconds: float) -> None:
        """Wait a moment for what was spent before; a slow database is asked again beside the running server."""
        # What is recorded from now on is counted as it comes.
        tried = asyncio.Event()
        self._supervisor.spawn(self._load(retry_seconds, tried))
        with suppress(TimeoutError):
            await asyncio.wait_for(tried.wait(), _FIRST_LOAD_SECONDS)

    async def _load(self, retry_seconds: float, tried: asyncio.Event) -> None:
        began = self._clock.now()
        while True:
            try:
                # What a killed server kept belongs to the device's budget too.
                await self._peers.get(OUTBOX).process(DrainNow(timeout_seconds=retry_seconds))
                database = self._peers.get(DATABASE)
                await self._repository.load_budgets(database, self._budgets, periods_now(self._clock), began)
            except NexyError as problem:
                context = {"decision": "retry", "ctx": {"code": problem.code}}
                _log.warning("budgets count from this start: %s", problem.message, extra=context)
                tried.set()
                await asyncio.sleep(retry_seconds)
            else:
                tried.set()
                return

    async def cleanup(self) -> None:
        """Nothing is held here; the outbox drains itself."""
        await self._supervisor.cleanup()
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """Running, or why usage cannot be kept."""
        return ModuleStatus(state=self._state, detail=self._detail if self._state is ModuleState.DEGRADED else "")


def _among_strangers(turn_id: str) -> str:
    """The same turn, held a second time."""
    return f"{STRANGERS} {turn_id}"
