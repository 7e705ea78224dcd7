"""The ledger on a real PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from nexy.contracts.database import SERVICE, Claims, Row, Transaction
from nexy.contracts.errors import BudgetExhausted, Unavailable, ValidationFailed
from nexy.contracts.outbox import DrainNow, Keep, Record
from nexy.contracts.usage import CheckBudget, CostRow, ReportCosts
from nexy.modules.database.module import DatabaseModule
from nexy.modules.token_usage.entries import UsageRow, record_of
from nexy.modules.token_usage.token_usage_repository import TokenUsageRepository
from nexy.utils.device_identity import anonymous_user_id, hardware_hash
from support.clock import FakeClock
from support.outbox import Ledger, outbox
from support.usage import token_usage, usage

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REPOSITORY = TokenUsageRepository()


def row(key: str, at: datetime = NOW, device: str = "mac-1", cost: str | None = "0.5", **values: str) -> Record:
    plain = {"session_id": "s", "source": "main_llm", "provider": "openai", "model": "gpt-4o"}
    return record_of(
        UsageRow(
            key=key, device=hardware_hash(device), input_tokens=10, output_tokens=5, cost_usd=cost, at=at.isoformat(),
            **{**plain, **values},
        )
    )  # fmt: skip


async def applied(database: DatabaseModule, *records: Record) -> None:
    async with database.transaction(SERVICE) as transaction:
        await REPOSITORY.apply(transaction, records)


async def fetched(database: DatabaseModule, query: str) -> Sequence[Row]:
    async with database.transaction(SERVICE) as transaction:
        return await transaction.fetch(query)


async def report(database: DatabaseModule, *by: str, days: int = 7) -> Sequence[CostRow]:
    today = NOW.date()
    request = ReportCosts(first=today - timedelta(days=days - 1), last=today, by=by)
    return await REPOSITORY.report(database, request)


async def test_rows_and_quotas_are_written_once(database: DatabaseModule) -> None:
    """The same batch again, a key twice in a batch, and a key in two batches change neither ledger nor quotas."""
    batch = [row("a"), row("b"), row("a"), row("c", device="mac-2")]
    await applied(database, *batch)
    await applied(database, *batch, row("d"))
    kept = await fetched(database, "SELECT key, user_id FROM token_usage ORDER BY key")
    assert [line["key"] for line in kept] == ["a", "b", "c", "d"]
    person = anonymous_user_id(hardware_hash("mac-1"))
    assert kept[0]["user_id"] == person
    quotas = await fetched(
        database, f"SELECT period, starts_on, tokens, cost_usd FROM quota_usage WHERE user_id = '{person}' ORDER BY 1"
    )
    assert [tuple(line.values()) for line in quotas] == [
        ("day", date(2026, 11, 21), 45, Decimal("1.5")),
        ("month", date(2026, 11, 1), 45, Decimal("1.5")),
        ("week", date(2026, 11, 16), 45, Decimal("1.5")),
    ]


async def test_a_row_of_a_paired_device_belongs_to_its_person(database: DatabaseModule) -> None:
    """After pairing, the table of devices knows whose calls these are."""
    await applied(database, row("before"))
    person = "11111111-1111-4111-8111-111111111111"
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute(f"INSERT INTO users (id, kind) VALUES ('{person}', 'person')")
        await transaction.execute(f"UPDATE devices SET user_id = '{person}'")
    await applied(database, row("after"))
    kept = await fetched(database, "SELECT key FROM token_usage WHERE user_id = '" + person + "'")
    assert [line["key"] for line in kept] == ["after"]


async def test_costs_are_exact_and_unpriced_is_not_zero(database: DatabaseModule) -> None:
    """Sums keep nine places; a model without a price has no cost, and in a mixed group the calls are named."""
    await applied(
        database, row("a", cost="0.000000001"), row("b", cost="0.1"), row("c", cost=None, model="moon"),
        row("d", cost=None), row("e", cost="0", model="rules"),
    )  # fmt: skip
    costs = {line.group: line for line in await report(database, "model")}
    assert costs["gpt-4o",].cost_usd == "0.100000001"
    assert costs["gpt-4o",].unpriced_calls == 1
    assert (costs["moon",].cost_usd, costs["moon",].unpriced_calls) == (None, 1)
    assert (costs["rules",].cost_usd, costs["rules",].unpriced_calls) == ("0.000000000", 0)
    assert (costs["gpt-4o",].calls, costs["gpt-4o",].input_tokens, costs["gpt-4o",].output_tokens) == (3, 30, 15)


async def test_a_report_groups_as_asked_and_holds_both_days(database: DatabaseModule) -> None:
    """Days are those of UTC, the first and the last included; groups come in the order asked for."""
    first = datetime(2026, 11, 20, tzinfo=UTC)
    await applied(
        database, row("too early", at=first - timedelta(microseconds=1)), row("first", at=first),
        row("last", at=datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=UTC), source="code"),
        row("too late", at=datetime(2026, 11, 22, tzinfo=UTC)),
    )  # fmt: skip
    lines = await report(database, "source", "day", days=2)
    assert [line.group for line in lines] == [("main_llm", "2026-11-20"), ("code", "2026-11-21")]
    by_user = await report(database, "user", days=2)
    assert [line.group for line in by_user] == [(str(anonymous_user_id(hardware_hash("mac-1"))),)]


@pytest.mark.parametrize("by", [(), ("moon",), ("model", "model); DROP TABLE users")])
async def test_an_unknown_group_is_refused(database: DatabaseModule, by: tuple[str, ...]) -> None:
    """Only the four groups exist."""
    with pytest.raises(ValidationFailed):
        await report(database, *by)


async def test_days_in_the_wrong_order_are_refused(database: DatabaseModule) -> None:
    """The field is named."""
    with pytest.raises(ValidationFailed, match="from"):
        await report(database, "model", days=0)


async def test_the_outbox_drains_into_the_ledger_whatever_happens_between(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """Without a database rows are kept; a transaction that dies before its commit, and a lost position, double none."""
    async with outbox(tmp_path) as box, token_usage(tmp_path, parts={"outbox": box}) as module:
        for number in range(30):
            await module.process(usage(key=f"k{number}"))
    for _ in range(2):
        (tmp_path / "outbox" / "position").unlink(missing_ok=True)
        flaky = Dying(database)
        parts: dict[str, object] = {"database": flaky}
        async with outbox(tmp_path, flaky, kinds=(), drain_records=7) as box:  # type: ignore[arg-type]
            async with token_usage(tmp_path, parts={**parts, "outbox": box}) as module:
                await module.process(usage(key="k30"))
                while await box.process(DrainNow()):
                    pass
    kept = await fetched(database, "SELECT count(*) AS rows, sum(input_tokens) AS tokens FROM token_usage")
    assert (kept[0]["rows"], kept[0]["tokens"]) == (31, 31_000)
    quotas = await fetched(database, "SELECT DISTINCT tokens FROM quota_usage")
    assert [line["tokens"] for line in quotas] == [31 * 1500]


async def test_a_row_that_the_database_refuses_does_not_hold_back_the_others(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """It goes into quarantine; every other row of its batch is in the ledger."""
    async with outbox(tmp_path, Ledger(), kinds=()) as box:
        box._drainer._database = lambda: database
        box._drainer.register("usage", REPOSITORY.apply)
        poisoned = row("bad", source="lunch")
        broken = Record(kind="usage", key="broken", body=b'{"key": 5')
        await box.process(Keep(records=[row("a"), poisoned, row("b"), broken, row("c")]))
        assert await box.process(DrainNow()) == 0
        assert "quarantine" in box.status().detail
    kept = await fetched(database, "SELECT key FROM token_usage ORDER BY key")
    assert [line["key"] for line in kept] == ["a", "b", "c"]


async def test_budgets_remember_what_was_spent_before_the_start(database: DatabaseModule, tmp_path: Path) -> None:
    """Rows in the ledger and rows that a killed server left in the outbox count; last month's do not."""
    clock = FakeClock(NOW)
    await applied(database, row("ledger"), row("last month", at=NOW - timedelta(days=40), device="mac-2"))
    async with outbox(tmp_path) as box, token_usage(tmp_path, clock, parts={"outbox": box}) as module:
        await module.process(usage(key="left behind"))
    clock.advance(1)
    flaky = Dying(database, deaths=0)
    async with outbox(tmp_path, flaky, kinds=()) as box:  # type: ignore[arg-type]
        parts: dict[str, object] = {"outbox": box, "database": database}
        async with token_usage(tmp_path, clock, parts=parts, month_tokens=1515) as module:
            with pytest.raises(BudgetExhausted, match="month"):
                await module.process(CheckBudget(hardware_id="mac-1"))
            await module.process(CheckBudget(hardware_id="mac-2"))


class Dying:
    """The real database, whose first transactions fail after everything was written and before the commit."""

    def __init__(self, database: DatabaseModule, deaths: int = 2) -> None:
        self._database = database
        self._deaths = deaths

    @asynccontextmanager
    async def transaction(self, claims: Claims) -> AsyncIterator[Transaction]:
        async with self._database.transaction(claims) as transaction:
            yield transaction
            if self._deaths:
                self._deaths -= 1
                raise Unavailable("the connection was lost")
