"""How much of a budget is held for a call of which it is known who may be paid for it."""

from decimal import Decimal
from pathlib import Path

import pytest

from nexy.contracts.errors import BudgetExhausted
from nexy.contracts.usage import CheckBudget, Expected, HasBudgets, ReleaseBudget
from nexy.modules.token_usage.foresight import Foresight
from nexy.modules.token_usage.limits import NOTHING, Limit
from nexy.modules.token_usage.prices import read_prices
from support.usage import token_usage

AT_LEAST = Limit(tokens=2000, usd=Decimal("0.01"))
CLAUDE, MINI, OWN = ("claude", "claude-sonnet-4-5"), ("openai", "gpt-4o-mini"), ("ollama", "llama3.2")


def reserved(*models: tuple[str, str], tokens: tuple[int, int] = (1000, 4000)) -> Limit:
    expected = Expected(input_tokens=tokens[0], output_tokens=tokens[1], models=models)
    return Foresight(read_prices(Path("/nowhere"), ""), AT_LEAST).reserve(expected)


def test_the_dearest_who_may_answer_counts() -> None:
    """Whoever answers in the end, no more is spent than was held; a cache write is dearer than plain input."""
    assert reserved(MINI, CLAUDE, OWN) == Limit(tokens=5000, usd=Decimal("0.063750000"))
    assert reserved(CLAUDE) == reserved(MINI, CLAUDE, OWN)


def test_no_less_than_what_is_configured() -> None:
    """Estimates err, so a small question holds the fixed amount."""
    assert reserved(MINI, tokens=(10, 10)) == AT_LEAST


def test_who_reaches_free_providers_only_holds_no_dollar() -> None:
    """Their tokens count all the same."""
    assert reserved(OWN) == Limit(tokens=5000, usd=Decimal(0))


def test_who_reaches_nobody_who_is_paid_holds_nothing() -> None:
    """The offline brain is neither counted nor paid."""
    assert reserved() == NOTHING


def test_what_has_no_price_holds_the_fixed_amount() -> None:
    """It may be priced tomorrow; today nobody knows."""
    assert reserved(("openai", "zebra")).usd == Decimal("0.01")


def test_nothing_foreseen_is_the_fixed_amount() -> None:
    """As for a spoken turn."""
    assert Foresight(read_prices(Path("/nowhere"), ""), AT_LEAST).reserve(None) == AT_LEAST


@pytest.mark.parametrize("limit", [{"day_tokens": 20_000}, {"day_usd": 0.2}])
async def test_large_requests_at_one_time_do_not_pass_together(tmp_path: Path, limit: dict[str, float]) -> None:
    """Each may cost 0.0638 dollars or 5000 tokens: four of them are the budget, the fifth has to wait."""
    expected = Expected(input_tokens=1000, output_tokens=4000, models=(CLAUDE,))
    async with token_usage(tmp_path, load_retry_seconds=60, **limit) as module:
        assert await module.process(HasBudgets())
        for number in range(4):
            await module.process(CheckBudget(hardware_id="user:ada", turn_id=f"r{number}", expected=expected))
        with pytest.raises(BudgetExhausted) as refused:
            await module.process(CheckBudget(hardware_id="user:ada", turn_id="r4", expected=expected))
        assert "device" not in refused.value.message
        await module.process(ReleaseBudget(turn_id="r0"))
        await module.process(CheckBudget(hardware_id="user:ada", turn_id="r4", expected=expected))


async def test_without_limits_nobody_need_foresee(tmp_path: Path) -> None:
    """So that no request is measured for nothing."""
    async with token_usage(tmp_path) as module:
        assert not await module.process(HasBudgets())
