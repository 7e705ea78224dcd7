"""Success means stored; a budget that is spent refuses, a ledger that is away does not."""

import pytest

from nexy.contracts.capabilities import USAGE
from nexy.contracts.errors import BudgetExhausted, Unavailable
from nexy.contracts.usage import UsageReport
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.usage import UsageWorkflowIntegration
from support.kept import Keeper


def report(input_tokens: int = 3, output_tokens: int = 4) -> UsageReport:
    return UsageReport(
        hardware_id="mac",
        session_id="s",
        source="browser_agent",
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        model="m",
    )


async def workflow(ledger: Keeper | None) -> UsageWorkflowIntegration:
    coordinator = ModuleCoordinator()
    if ledger is not None:
        coordinator.register(USAGE, ledger)
    await coordinator.initialize(lambda _: None)
    return UsageWorkflowIntegration(coordinator)


async def test_success_is_said_only_for_what_was_stored() -> None:
    """The row is kept as reported."""
    ledger = Keeper()
    receipt = await (await workflow(ledger)).report(report())
    assert (receipt.success, receipt.message) == (True, "stored")
    assert [row.report for row in ledger.rows] == [report()]


@pytest.mark.parametrize("ledger", [None, Keeper(refusal=Unavailable("disk full"))], ids=["absent", "failing"])
async def test_what_was_not_stored_is_no_success(ledger: Keeper | None) -> None:
    """The message says that nothing was stored, and why."""
    receipt = await (await workflow(ledger)).report(report())
    assert not receipt.success
    assert receipt.message.startswith("usage was not stored: ")


@pytest.mark.parametrize(("counts", "field"), [((-1, 4), "input_tokens"), ((3, -1), "output_tokens")])
async def test_negative_counts_are_refused(counts: tuple[int, int], field: str) -> None:
    """The reason names the field and nothing is kept."""
    ledger = Keeper()
    receipt = await (await workflow(ledger)).report(report(*counts))
    assert (receipt.success, receipt.message) == (False, f"{field}: it must not be negative")
    assert ledger.rows == []


async def test_a_call_that_names_itself_is_counted_once() -> None:
    """The same name with the same counts is one key; another name, other counts or no name are others."""
    ledger = Keeper()
    usage = await workflow(ledger)
    for key in ("call-1", "call-1", "call-2", "", ""):
        await usage.report(report(), idempotency_key=key)
    await usage.report(report(output_tokens=5), idempotency_key="call-1")
    first, repeat, *others = [row.key for row in ledger.rows]
    assert first == repeat
    assert len({first, *others}) == 5


async def test_a_spent_budget_refuses() -> None:
    """`BudgetExhausted` reaches the caller as it is."""
    usage = await workflow(Keeper(refusal=BudgetExhausted("the day is spent")))
    with pytest.raises(BudgetExhausted):
        await usage.refuse_when_spent("mac")


@pytest.mark.parametrize("ledger", [None, Keeper(refusal=Unavailable("away"))], ids=["absent", "failing"])
async def test_a_ledger_that_cannot_tell_keeps_nobody_from_speaking(ledger: Keeper | None) -> None:
    """Words matter more than a check that cannot be made."""
    await (await workflow(ledger)).refuse_when_spent("mac")


async def test_the_device_is_asked_for() -> None:
    """The budget is that of the device that speaks."""
    ledger = Keeper()
    await (await workflow(ledger)).refuse_when_spent("mac")
    assert ledger.budgets == ["mac"]
