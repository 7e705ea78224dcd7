"""Reports on their way into the ledger."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nexy.contracts.database import Claims, Row
from nexy.contracts.errors import BudgetExhausted, Unavailable, ValidationFailed
from nexy.contracts.module import ModuleState
from nexy.contracts.outbox import DrainNow, Record
from nexy.contracts.usage import CheckBudget
from nexy.modules.token_usage.entries import UsageRow, row_of
from nexy.utils.device_identity import hardware_hash
from support.outbox import Ledger, outbox
from support.usage import token_usage, usage


def rows(ledger: Ledger) -> dict[str, UsageRow]:
    return {key: row_of(Record(kind="usage", key=key, body=body)) for key, body in ledger.rows.items()}


async def recorded(home: Path, *requests: Any) -> dict[str, UsageRow]:
    ledger = Ledger()
    async with outbox(home, ledger, kinds=()) as box, token_usage(home, parts={"outbox": box}) as module:
        # The ledger in memory stands where the repository would write.
        box._drainer.register("usage", ledger.apply)
        for request in requests:
            await module.process(request)
        assert await box.process(DrainNow()) == 0
    return rows(ledger)


async def test_a_report_is_kept_with_its_price_and_without_the_hardware_id(tmp_path: Path) -> None:
    """The device is known by its hash, the cost is a decimal text."""
    row = (await recorded(tmp_path, usage()))["turn-1/request-1"]
    assert row.device == hardware_hash("mac-1")
    assert (row.model, row.source, row.input_tokens, row.output_tokens) == ("gpt-4o-mini", "main_llm", 1000, 500)
    assert row.cost_usd == "0.000450000"
    assert row.at == "2026-03-14T12:09:26+00:00"


async def test_an_unknown_model_is_kept_unpriced(tmp_path: Path) -> None:
    """Its cost is not known, which is not nothing."""
    assert (await recorded(tmp_path, usage(model="moon-1")))["turn-1/request-1"].cost_usd is None


async def test_the_same_key_twice_is_one_row(tmp_path: Path) -> None:
    """A repeated report changes nothing."""
    kept = await recorded(tmp_path, usage(), usage(input_tokens=7), usage(key="other"))
    assert {key: row.input_tokens for key, row in kept.items()} == {"turn-1/request-1": 1000, "other": 1000}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"input_tokens": -1}, "input_tokens"),
        ({"output_tokens": -1}, "output_tokens"),
        ({"input_tokens": 2**31}, "input_tokens"),
        ({"output_tokens": 2**63}, "output_tokens"),
        ({"source": "lunch"}, "source"),
        ({"source": ""}, "source"),
        ({"model": "  "}, "model"),
        ({"model": "m" * 201}, "model"),
        ({"model": "a\x00b"}, "model"),
        ({"model": "a\ud800"}, "model"),
        ({"hardware_id": ""}, "hardware_id"),
        ({"hardware_id": "h" * 129}, "hardware_id"),
        ({"session_id": "s\n"}, "session_id"),
        ({"key": ""}, "key"),
        ({"key": "k" * 301}, "key"),
        ({"provider": "p\x1b"}, "provider"),
    ],
)
async def test_what_the_ledger_cannot_hold_is_refused_by_name(
    tmp_path: Path, values: dict[str, Any], field: str
) -> None:
    """Nothing is kept, and nothing is cut to fit."""
    async with outbox(tmp_path) as box, token_usage(tmp_path, parts={"outbox": box}) as module:
        with pytest.raises(ValidationFailed) as refused:
            await module.process(usage(**values))
        assert refused.value.field == field
        assert await box.process(DrainNow()) == 0


async def test_the_largest_count_fits(tmp_path: Path) -> None:
    """Whatever the protocol can say is kept."""
    row = (await recorded(tmp_path, usage(input_tokens=2**31 - 1, output_tokens=2**31 - 1)))["turn-1/request-1"]
    assert row.cost_usd == "1610.612735250"


async def test_without_an_outbox_nothing_is_acknowledged(tmp_path: Path) -> None:
    """The module runs degraded, says why, and a record is refused."""
    async with token_usage(tmp_path) as module:
        assert module.status().state is ModuleState.DEGRADED
        assert "outbox" in module.status().detail
        with pytest.raises(Unavailable):
            await module.process(usage())


async def test_a_spent_budget_refuses_the_next_call(tmp_path: Path) -> None:
    """At most one request goes over; a repeated key is counted once; another device is not touched."""
    async with (
        outbox(tmp_path) as box,
        token_usage(tmp_path, parts={"outbox": box}, day_tokens=3000, load_retry_seconds=0.01) as module,
    ):
        for _ in range(3):
            await module.process(usage())
            await module.process(CheckBudget(hardware_id="mac-1"))
        await module.process(usage(key="second"))
        with pytest.raises(BudgetExhausted):
            await module.process(CheckBudget(hardware_id="mac-1"))
        await module.process(CheckBudget(hardware_id="mac-2"))


async def test_what_could_not_be_kept_is_not_counted(tmp_path: Path) -> None:
    """A refused record may be repeated with the same key, and spends nothing until it is kept."""
    async with token_usage(tmp_path, day_tokens=1, load_retry_seconds=60) as module:
        with pytest.raises(Unavailable):
            await module.process(usage())
        await module.process(CheckBudget(hardware_id="mac-1"))


class SlowToCome:
    """A database that is away until the test says otherwise, and then tells of 50 tokens of today."""

    def __init__(self) -> None:
        self.here = asyncio.Event()
        self.asked = asyncio.Event()
        self.told = asyncio.Event()

    @asynccontextmanager
    async def transaction(self, claims: Claims) -> AsyncIterator["SlowToCome"]:
        self.asked.set()
        if not self.here.is_set():
            raise Unavailable("the database does not answer")
        yield self
        self.told.set()

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        spent = {f"{period}_{what}": 50 for period in ("day", "week", "month") for what in ("tokens", "usd")}
        return [{"account": hardware_hash("mac-1"), **spent}]


async def test_a_database_that_comes_late_adds_what_was_spent_before(tmp_path: Path) -> None:
    """The server starts and counts without it; later the ledger's sum is added to what was counted meanwhile."""
    late = SlowToCome()
    async with outbox(tmp_path) as box:
        parts = {"outbox": box, "database": late}
        async with token_usage(tmp_path, parts=parts, day_tokens=1550, load_retry_seconds=0.01) as module:
            assert late.asked.is_set()
            await module.process(usage())
            await module.process(CheckBudget(hardware_id="mac-1"))
            late.here.set()
            await late.told.wait()
            while module._supervisor.running:
                await asyncio.sleep(0)
            with pytest.raises(BudgetExhausted):
                await module.process(CheckBudget(hardware_id="mac-1"))
