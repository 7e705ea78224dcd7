"""Usage rows of tasks: kept behind the answer, none dropped while the ledger only is slow."""

import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress

from nexy.contracts.capabilities import CODE_SEARCH, USAGE, WORDS
from nexy.contracts.code_search import FindCode, ForeseeSearch
from nexy.contracts.errors import BudgetExhausted, NexyError, Unavailable
from nexy.contracts.request import Request
from nexy.contracts.usage import (
    CheckBudget,
    Expected,
    HasBudgets,
    PriceTokens,
    RecordUsage,
    ReleaseBudget,
    UsageReport,
    UsageSource,
)
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.supervisor import TaskSupervisor
from nexy.workflows.code_metrics import CodeMetrics

_LONGEST_REQUEST_ID = 200
_LAST_SECONDS = 0.7
_RETRY_SECONDS = 1.0
_log = logging.getLogger("nexy.code")


class CodeLedger:
    """Asks for the budget before a call and records what it cost after it; without a ledger all is free."""

    def __init__(self, coordinator: ModuleCoordinator, metrics: CodeMetrics, max_waiting_rows: int) -> None:
        self._coordinator = coordinator
        self._metrics = metrics
        self._max_waiting = max_waiting_rows
        self._supervisor = TaskSupervisor("code_ledger")

    async def open(self, payer: str, request_id: str, foresee: Request[Expected]) -> None:
        """Hold what the call may cost; raises `BudgetExhausted`, `Unavailable` while too many rows wait, and what
        `foresee`, which the router answers, raises.

        A ledger that cannot tell keeps nobody from asking.
        """
        if await self._counts():
            await self._hold(payer, request_id, await self._coordinator.get(WORDS).process(foresee))

    async def open_again(self, payer: str, request_id: str, foresee: Request[Expected]) -> None:
        """Hold another amount for the same call; raises what `open` raises."""
        await self._release(request_id)
        await self.open(payer, request_id, foresee)

    async def open_search(self, payer: str, request_id: str, wish: FindCode) -> None:
        """Hold what the vector of a question may cost; a search that costs nothing is refused to nobody.

        Raises `BudgetExhausted`, and `Unavailable` like `open` and where no search runs.
        """
        if not self._coordinator.has(USAGE):
            return
        expected = await self._coordinator.get(CODE_SEARCH).process(ForeseeSearch(wish=wish))
        if expected.models and await self._counts():
            await self._hold(payer, request_id, expected)

    async def _counts(self) -> bool:
        """Whether there is any limit; raises `Unavailable` while too many rows wait."""
        if not self._coordinator.has(USAGE):
            return False
        if self._supervisor.running >= self._max_waiting:
            raise Unavailable(
                "The usage ledger does not keep up.", code="ledger_busy", retry_after_seconds=_RETRY_SECONDS
            )
        return await self._coordinator.get(USAGE).process(HasBudgets())

    async def _hold(self, payer: str, request_id: str, expected: Expected) -> None:
        check = CheckBudget(hardware_id=payer, turn_id=request_id, expected=expected)
        try:
            await self._coordinator.get(USAGE).process(check)
        except BudgetExhausted:
            raise
        except NexyError as problem:
            context = {"decision": "degrade", "ctx": {"code": problem.code}}
            _log.warning("the budget was not checked: %s", problem.message, extra=context)

    async def close(self, payer: str, request_id: str, calls: Sequence[WordsUsage], source: UsageSource) -> None:
        """Record the calls in the background, then let the budget go; without calls let it go at once."""
        for call in calls:
            self._metrics.spent(call)
        if not self._coordinator.has(USAGE):
            return
        if calls:
            rows = [_row(payer, request_id, number, call, source) for number, call in enumerate(calls)]
            self._supervisor.spawn(self._keep(request_id, rows))
        else:
            await self._release(request_id)

    async def cost_of(self, calls: Sequence[WordsUsage]) -> float | None:
        """What the calls cost in USD; None where a model has no price or nobody knows prices."""
        total = 0.0
        for call in calls:
            price = await self._price(call)
            if price is None:
                return None
            total += price
        return total

    async def _price(self, call: WordsUsage) -> float | None:
        if not self._coordinator.has(USAGE):
            return None
        request = PriceTokens(
            provider=call.provider,
            model=call.model,
            input_tokens=call.input_tokens,
            output_tokens=call.output_tokens,
            cache_read_tokens=call.cache_read_tokens,
            cache_write_tokens=call.cache_write_tokens,
        )
        try:
            told = await self._coordinator.get(USAGE).process(request)
        except NexyError:
            # An answer that is there is not lost for want of its price.
            return None
        return None if told is None else float(told)

    async def _keep(self, request_id: str, rows: Sequence[RecordUsage]) -> None:
        try:
            for row in rows:
                await self._record(row)
        finally:
            await self._release(request_id)

    async def _record(self, row: RecordUsage) -> None:
        try:
            await self._coordinator.get(USAGE).process(row)
        except NexyError as problem:
            self._metrics.unkept()
            context = {"decision": "error", "ctx": {"code": problem.code}}
            _log.error("usage was not kept: %s", problem.message, extra=context)

    async def _release(self, request_id: str) -> None:
        if self._coordinator.has(USAGE):
            with suppress(NexyError):
                await self._coordinator.get(USAGE).process(ReleaseBudget(turn_id=request_id))

    async def cleanup(self) -> None:
        """Let what is being kept come to its end, within what a stop may take."""
        await self._supervisor.finish(_LAST_SECONDS)
        await self._supervisor.cleanup()


def _row(payer: str, request_id: str, number: int, call: WordsUsage, source: UsageSource) -> RecordUsage:
    report = UsageReport(
        hardware_id=payer,
        session_id="",
        source=source,
        input_tokens=call.input_tokens,
        output_tokens=call.output_tokens,
        cache_read_tokens=call.cache_read_tokens,
        cache_write_tokens=call.cache_write_tokens,
        model=call.model,
    )
    key = f"{request_id}:{number}:{_short(call.request_id)}"
    return RecordUsage(key=key, report=report, provider=call.provider, estimated=call.estimated)


def _short(name: str) -> str:
    """The provider's own name of the request, as the ledger can hold it."""
    if len(name) > _LONGEST_REQUEST_ID or not name.isprintable():
        return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return name
