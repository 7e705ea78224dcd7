"""Usage on its way to the ledger, and the budget that is asked before anything is spent."""

import hashlib
import logging
import uuid

from nexy.contracts.capabilities import USAGE
from nexy.contracts.errors import BudgetExhausted, NexyError
from nexy.contracts.usage import CheckBudget, RecordUsage, UsageReceipt, UsageReport
from nexy.core.module_coordinator import ModuleCoordinator

_log = logging.getLogger("nexy.usage")


class UsageWorkflowIntegration:
    """Hands a client's report to the ledger, and says honestly when there is none."""

    def __init__(self, coordinator: ModuleCoordinator) -> None:
        self._coordinator = coordinator

    async def report(self, report: UsageReport, idempotency_key: str = "") -> UsageReceipt:
        """Success only when durably stored; a repeat with the same `idempotency_key` is stored once."""
        if report.input_tokens < 0 or report.output_tokens < 0:
            field = "input_tokens" if report.input_tokens < 0 else "output_tokens"
            return UsageReceipt(success=False, message=f"{field}: it must not be negative")
        try:
            ledger = self._coordinator.get(USAGE)
            await ledger.process(RecordUsage(key=_key(report, idempotency_key), report=report))
        except NexyError as refused:
            return UsageReceipt(success=False, message=f"usage was not stored: {refused.message}")
        return UsageReceipt(success=True, message="stored")

    async def refuse_when_spent(self, hardware_id: str, turn_id: str = "") -> None:
        """Raise `BudgetExhausted`; a ledger that cannot tell keeps nobody from speaking.

        A turn that is named holds a part of the budget until the journal lets it go.
        """
        if not self._coordinator.has(USAGE):
            return
        try:
            await self._coordinator.get(USAGE).process(CheckBudget(hardware_id=hardware_id, turn_id=turn_id))
        except BudgetExhausted:
            raise
        except NexyError as problem:
            context = {"decision": "degrade", "ctx": {"code": problem.code}}
            _log.warning("the budget was not checked: %s", problem.message, extra=context)


def _key(report: UsageReport, idempotency_key: str) -> str:
    """The protocol has no request id: only a client that names its call can repeat it without being counted twice."""
    if not idempotency_key:
        return f"report:{uuid.uuid4()}"
    counts = (report.source, report.model, str(report.input_tokens), str(report.output_tokens))
    named = "\0".join((report.hardware_id, report.session_id, *counts, idempotency_key))
    return f"report:{hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()}"
