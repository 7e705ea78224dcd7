"""A person's devices, tokens and keys spend one budget; whoever is nobody's has one alone, and a small one."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from nexy.config.usage_section import UsageConfig, UsageSection
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import BudgetExhausted
from nexy.contracts.outbox import DrainNow
from nexy.contracts.usage import CheckBudget, ReleaseBudget
from nexy.modules.database.module import DatabaseModule
from nexy.modules.token_usage.budgets import Budgets
from nexy.modules.token_usage.limits import Limit, limits_of, limits_of_unpaired
from nexy.modules.token_usage.module import TokenUsageModule
from nexy.modules.token_usage.periods import Period
from support.clock import FakeClock
from support.devices import BORIS, DeviceAccess, KnownOwners, person
from support.outbox import outbox
from support.usage import token_usage, usage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE_CALL = 1500
HERS = ("phone", "mac-1", "user:anna", "key:1")


def owners() -> KnownOwners:
    return KnownOwners(dict.fromkeys(HERS, "anna") | {"boris-mac": "boris"})


async def spends(module: TokenUsageModule, payer: str, key: str = "") -> None:
    await module.process(usage(key=key or payer, hardware_id=payer))


async def refused(module: TokenUsageModule, payer: str, turn: str = "") -> str:
    """Why a call is refused, empty where it is not."""
    try:
        await module.process(CheckBudget(hardware_id=payer, turn_id=turn))
    except BudgetExhausted as spent:
        return spent.message
    return ""


async def test_one_persons_devices_tokens_and_keys_count_together(tmp_path: Path) -> None:
    """Each spends a part, then all of them are refused until midnight, and nobody else is."""
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "access": owners()}
        async with token_usage(
            tmp_path, FakeClock(NOW), parts, day_tokens=4 * ONE_CALL, load_retry_seconds=60
        ) as module:
            for payer in HERS:
                assert not await refused(module, payer)
                await spends(module, payer)
            for payer in HERS:
                said = await refused(module, payer)
                assert "budget of this day is spent" in said
                assert "the next day begins on 2026-11-22 at 00:00 UTC" in said
            assert not await refused(module, "boris-mac")
            assert not await refused(module, "address:192.0.2.7")


async def test_running_turns_of_one_person_hold_one_budget(tmp_path: Path) -> None:
    """A turn of her phone stands in the way of one at her desk on the last cents, and of nobody else's."""
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "access": owners()}
        async with token_usage(tmp_path, FakeClock(NOW), parts, day_tokens=2000, load_retry_seconds=60) as module:
            await spends(module, "user:anna")
            assert not await refused(module, "phone", turn="t1")
            assert "running" in await refused(module, "mac-1", turn="t2")
            assert not await refused(module, "boris-mac", turn="t3")
            await module.process(ReleaseBudget(turn_id="t1"))
            assert not await refused(module, "mac-1", turn="t4")


async def test_an_unpaired_device_has_a_small_budget_of_its_own(tmp_path: Path) -> None:
    """Without any other limit; a paired one, an address and the same device on the next day are not refused."""
    clock = FakeClock(NOW)
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "access": owners()}
        async with token_usage(tmp_path, clock, parts, unpaired_day_tokens=ONE_CALL, load_retry_seconds=60) as module:
            for payer in ("stranger", "phone", "address:192.0.2.7"):
                await spends(module, payer)
            assert "day is spent (1500 tokens)" in await refused(module, "stranger")
            assert not await refused(module, "phone")
            assert not await refused(module, "address:192.0.2.7")
            assert not await refused(module, "another")
            clock.advance(12 * 3600)
            assert not await refused(module, "stranger")


async def test_invented_names_spend_one_budget_together(tmp_path: Path) -> None:
    """A new id every time buys nothing; persons, and the next day, are as before."""
    clock = FakeClock(NOW)
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "access": owners()}
        async with token_usage(
            tmp_path, clock, parts, strangers_day_tokens=2 * ONE_CALL, load_retry_seconds=60
        ) as module:
            for payer in ("invented-1", "invented-2"):
                assert not await refused(module, payer)
                await spends(module, payer)
            assert "day is spent (3000 tokens)" in await refused(module, "invented-3")
            assert not await refused(module, "phone")
            clock.advance(12 * 3600)
            assert not await refused(module, "invented-3")


async def test_turns_of_invented_names_hold_one_budget_together(tmp_path: Path) -> None:
    """All at once they may not spend more than one after the other, and what was held is free again."""
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "access": owners()}
        async with token_usage(
            tmp_path, FakeClock(NOW), parts, strangers_day_tokens=2000, load_retry_seconds=60
        ) as module:
            await spends(module, "invented")
            assert not await refused(module, "invented-1", turn="t1")
            assert "running" in await refused(module, "invented-2", turn="t2")
            assert not await refused(module, "phone", turn="t3")
            await module.process(ReleaseBudget(turn_id="t1"))
            assert not await refused(module, "invented-2", turn="t4")


async def test_what_a_device_spent_before_its_pairing_is_its_persons(tmp_path: Path) -> None:
    """Her budget gets it with the next question, once; and the device is no longer on a small one."""
    known = owners()
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "access": known}
        limits = {"unpaired_day_tokens": ONE_CALL, "day_tokens": 3 * ONE_CALL}
        async with token_usage(tmp_path, FakeClock(NOW), parts, load_retry_seconds=60, **limits) as module:
            await spends(module, "kitchen")
            await spends(module, "phone")
            assert await refused(module, "kitchen")
            known.owners["kitchen"] = "anna"
            assert not await refused(module, "kitchen")
            assert not await refused(module, "kitchen")
            await spends(module, "kitchen", key="more")
            assert await refused(module, "phone")


async def test_without_the_part_that_knows_persons_each_payer_is_alone(tmp_path: Path) -> None:
    """As before."""
    async with outbox(tmp_path) as box:
        async with token_usage(
            tmp_path, FakeClock(NOW), {"outbox": box}, day_tokens=1, load_retry_seconds=60
        ) as module:
            await spends(module, "phone")
            assert await refused(module, "phone")
            assert not await refused(module, "mac-1")


@pytest.mark.slow
async def test_the_start_counts_what_persons_and_devices_spent(database: DatabaseModule, tmp_path: Path) -> None:
    """Rows that moved when a device was paired are hers; the rows of a key and a token are hers from the first one."""
    anna, boris = await person(database), await person(database, BORIS)
    access = DeviceAccess(database, tmp_path, keys={"k": anna})
    clock = FakeClock(NOW)
    async with outbox(tmp_path, database, kinds=()) as box:
        parts: dict[str, object] = {"outbox": box, "database": database, "access": access}
        async with token_usage(tmp_path, clock, parts) as module:
            for payer in ("kitchen", f"user:{anna}", "key:k", f"user:{boris}", "stranger"):
                await spends(module, payer)
            assert await box.process(DrainNow()) == 0
        await access.pair("kitchen")
        clock.advance(1)
        async with token_usage(tmp_path, clock, parts, day_tokens=3 * ONE_CALL) as module:
            assert all([await refused(module, payer) for payer in ("kitchen", f"user:{anna}", "key:k")])
            assert not await refused(module, f"user:{boris}")
            assert not await refused(module, "stranger")
    async with database.transaction(SERVICE) as transaction:
        rows = await transaction.fetch("SELECT user_id::text AS owner, count(*) AS rows FROM token_usage GROUP BY 1")
    spent = {str(row["owner"]): row["rows"] for row in rows}
    assert (spent[anna], spent[boris], len(spent)) == (3, 1, 3)


def test_the_smaller_of_two_day_limits_counts_for_unpaired_devices() -> None:
    """0 is none; weeks and months are those of everybody."""
    config = UsageConfig(day_tokens=100, week_tokens=7)
    small = limits_of_unpaired(UsageSection(home="", config=config, unpaired_day_tokens=50, unpaired_day_usd=0.5))
    assert small[Period.DAY] == Limit(tokens=50, usd=Decimal("0.5"))
    assert small[Period.WEEK] == limits_of(config)[Period.WEEK]
    large = limits_of_unpaired(UsageSection(home="", config=config, unpaired_day_tokens=500))
    assert large == limits_of(config)
    assert not limits_of_unpaired(UsageSection(home=""))


def test_joining_twice_adds_once() -> None:
    """And leaves out a period that is over by now."""
    clock = FakeClock(NOW)
    held = Budgets({Period.DAY: Limit(tokens=10, usd=Decimal(0))}, clock, 10, 10)
    held.add("kitchen", 9, None)
    held.join("kitchen", "anna")
    held.join("kitchen", "anna")
    held.check("anna")
    clock.advance(24 * 3600)
    held.add("anna", 9, None)
    held.check("anna")
    held.add("anna", 1, None)
    with pytest.raises(BudgetExhausted):
        held.check("anna")
