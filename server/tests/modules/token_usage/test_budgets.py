"""Budgets: counted in memory, over at midnight, on Monday and on the first."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.config.usage_section import UsageConfig
from nexy.contracts.errors import BudgetExhausted
from nexy.modules.token_usage.budgets import Budgets
from nexy.modules.token_usage.limits import Limit, limits_of
from nexy.modules.token_usage.periods import Period, end_of, start_of
from support.clock import FakeClock

SATURDAY = datetime(2026, 11, 21, 23, 59, 0, tzinfo=UTC)


def budgets(clock: FakeClock, max_devices: int = 100, **limits: float) -> Budgets:
    return Budgets(limits_of(UsageConfig(**limits)), clock, max_devices, 10_000)  # type: ignore[arg-type]


def test_the_call_that_crosses_the_line_is_the_last() -> None:
    """Below the limit a call is let through whatever it will cost; at the limit none is."""
    held = budgets(FakeClock(SATURDAY), day_tokens=1000)
    held.add("d", 999, None)
    held.check("d")
    held.add("d", 5000, None)
    with pytest.raises(
        BudgetExhausted, match=r"this day is spent \(1000 tokens\); the next day begins on 2026-11-22"
    ) as refused:
        held.check("d")
    assert refused.value.retry_after_seconds == 60
    assert refused.value.code == "budget_day"


def test_a_device_spends_its_own_budget_only() -> None:
    """Another device is not refused."""
    held = budgets(FakeClock(SATURDAY), day_tokens=10)
    held.add("one", 10, None)
    held.check("two")


def test_dollars_are_counted_exactly_and_unpriced_calls_add_none() -> None:
    """Ten times ten cents are one dollar, not a bit less."""
    held = budgets(FakeClock(SATURDAY), month_usd=1.0)
    for _ in range(9):
        held.add("d", 1, Decimal("0.1"))
    held.add("d", 10**9, None)
    held.check("d")
    held.add("d", 1, Decimal("0.1"))
    with pytest.raises(BudgetExhausted, match="month"):
        held.check("d")


@pytest.mark.parametrize(
    ("limit", "period", "spent_at", "free_at"),
    [
        ("day_tokens", "day", SATURDAY, datetime(2026, 11, 22, tzinfo=UTC)),
        ("week_tokens", "week", SATURDAY, datetime(2026, 11, 23, tzinfo=UTC)),
        ("month_tokens", "month", SATURDAY, datetime(2026, 12, 1, tzinfo=UTC)),
        ("month_tokens", "month", datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        ("week_tokens", "week", datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_period_ends_at_its_midnight(limit: str, period: str, spent_at: datetime, free_at: datetime) -> None:
    """Refused until the last second, free with the first of the next period, in UTC wherever the server stands."""
    clock = FakeClock(spent_at.astimezone(FakeClock().now().tzinfo))
    held = budgets(clock, **{limit: 1})
    held.add("d", 1, None)
    clock.advance((free_at - spent_at).total_seconds() - 1)
    with pytest.raises(BudgetExhausted, match=period) as refused:
        held.check("d")
    assert refused.value.retry_after_seconds == 1
    clock.advance(1)
    held.check("d")


def test_what_was_spent_before_counts_unless_its_period_is_over() -> None:
    """A load that takes long does not put yesterday into today."""
    clock = FakeClock(SATURDAY)
    held = budgets(clock, day_tokens=100, week_tokens=100)
    clock.advance(120)
    held.load("d", Period.DAY, date(2026, 11, 21), 500, Decimal(0))
    held.load("d", Period.MONTH, date(2026, 11, 1), 500, Decimal(0))
    held.check("d")
    held.load("d", Period.WEEK, date(2026, 11, 16), 100, Decimal(0))
    with pytest.raises(BudgetExhausted, match="week"):
        held.check("d")


def test_the_devices_in_memory_are_bounded() -> None:
    """Beyond the bound the one seen longest ago is forgotten, never the one that speaks."""
    held = budgets(FakeClock(SATURDAY), max_devices=2, day_tokens=1)
    for device in ("one", "two", "three"):
        held.add(device, 1, None)
    held.check("one")
    with pytest.raises(BudgetExhausted):
        held.check("three")


def test_whoever_only_asks_is_not_remembered() -> None:
    """Names that nobody pays for push nobody out."""
    held = budgets(FakeClock(SATURDAY), max_devices=2, day_tokens=1)
    held.add("one", 1, None)
    for number in range(100):
        held.check(f"invented-{number}")
    with pytest.raises(BudgetExhausted):
        held.check("one")


def test_who_spent_much_is_not_pushed_out_by_many_who_spent_little() -> None:
    """Seen longest ago or not; what was spent in a period that is over counts for nothing."""
    clock = FakeClock(SATURDAY)
    held = budgets(clock, max_devices=4, month_tokens=100)
    held.add("old", 1000, None)
    clock.advance(31 * 24 * 3600)
    held.add("person", 100, None)
    for number in range(100):
        held.add(f"invented-{number}", 1, None)
    with pytest.raises(BudgetExhausted):
        held.check("person")


def test_without_limits_nothing_is_refused() -> None:
    """0 is off."""
    held = budgets(FakeClock())
    held.add("d", 10**12, Decimal(10**6))
    held.check("d")
    assert not held.on


@pytest.mark.parametrize("period", list(Period))
def test_periods_follow_each_other_without_a_hole(period: Period) -> None:
    """Over two years each period begins where the one before ends, and holds its days."""
    day = date(2027, 1, 1)
    while day < date(2029, 1, 1):
        assert start_of(period, day) <= day < end_of(period, day)
        assert start_of(period, end_of(period, day)) == end_of(period, day)
        day += timedelta(days=1)


def test_turns_at_one_time_do_not_all_pass_on_the_last_cents() -> None:
    """The first takes the rest of the budget; the second is told to come again when it has ended."""
    reserved = Limit(tokens=2000, usd=Decimal("0.01"))
    held = Budgets({Period.DAY: Limit(tokens=10_000, usd=Decimal(0))}, FakeClock(), 10, 10)
    held.add("mac", 8500, None)
    held.check("mac")
    held.hold("mac", "turn-1", reserved)
    with pytest.raises(BudgetExhausted, match="what is running") as refused:
        held.check("mac")
    assert refused.value.retry_after_seconds == 5
    held.check("another")
    held.release("turn-1")
    held.release("turn-1")
    held.check("mac")


def test_far_from_the_limit_many_turns_run() -> None:
    """What is reserved matters at the end of a budget only, in tokens and in dollars."""
    reserved = Limit(tokens=2000, usd=Decimal("0.01"))
    held = Budgets({Period.DAY: Limit(tokens=0, usd=Decimal("0.05"))}, FakeClock(), 10, 10)
    for number in range(5):
        held.check("mac")
        held.hold("mac", f"turn-{number}", reserved)
    with pytest.raises(BudgetExhausted):
        held.check("mac")


def test_a_turn_alone_always_passes_until_the_budget_is_spent() -> None:
    """However small the rest is, what is reserved for itself does not stand in a turn's way."""
    held = Budgets(limits_of(UsageConfig(day_tokens=10)), FakeClock(), 10, 10)
    held.check("mac")
    held.hold("mac", "turn-1", Limit(tokens=2000, usd=Decimal(1)))


def test_what_is_held_is_bounded() -> None:
    """A turn whose end nobody told is forgotten in the end."""
    held = Budgets(limits_of(UsageConfig(day_tokens=10)), FakeClock(), 10, 100)
    amount = Limit(tokens=10, usd=Decimal(0))
    held.hold("mac", "forgotten", amount)
    for number in range(100):
        held.hold("others", f"turn-{number}", amount)
    held.check("mac")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_requests_at_one_time_end_at_most_one_over(data: st.DataObject) -> None:
    """However they interleave: without the last one that was let in, no limit is reached by what all of them spent."""
    limits = {Period.DAY: Limit(tokens=1000, usd=Decimal("0.10")), Period.WEEK: Limit(tokens=1500, usd=Decimal("0.12"))}
    held = Budgets(limits, FakeClock(SATURDAY), 10, 1000)
    running: dict[str, Limit] = {}
    spent: dict[str, Limit] = {}
    for number in range(data.draw(st.integers(1, 60))):
        if running and data.draw(st.booleans()):
            name = data.draw(st.sampled_from(sorted(running)))
            most = running.pop(name)
            tokens = data.draw(st.integers(0, most.tokens))
            usd = Decimal(data.draw(st.integers(0, int(most.usd * 1000)))) / 1000
            held.add("d", tokens, usd)
            held.release(name)
            spent[name] = Limit(tokens=tokens, usd=usd)
            continue
        amount = Limit(tokens=data.draw(st.integers(0, 400)), usd=Decimal(data.draw(st.integers(0, 40))) / 1000)
        with suppress(BudgetExhausted):
            held.check("d")
            held.hold("d", f"r{number}", amount)
            running[f"r{number}"] = amount
            last = f"r{number}"
    for name, most in running.items():
        held.add("d", most.tokens, most.usd)
        held.release(name)
        spent[name] = most
    before = [amount for name, amount in spent.items() if name != last]
    for limit in limits.values():
        assert sum(amount.tokens for amount in before) < limit.tokens
        assert sum((amount.usd for amount in before), Decimal(0)) < limit.usd
    assert not held._held
