"""The ledger's tables."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import msgspec

from nexy.contracts.database import SERVICE, Database, Row, Transaction
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.outbox import Record
from nexy.contracts.usage import CostRow, ReportCosts
from nexy.modules.token_usage.budgets import Budgets
from nexy.modules.token_usage.entries import row_of
from nexy.modules.token_usage.periods import Period, midnight
from nexy.utils.named_sql import named_sql

GROUPS = ("user", "model", "source", "day")
_SQL = named_sql("nexy.modules.token_usage")


class TokenUsageRepository:
    """Reads and writes through a transaction that sees every row."""

    async def apply(self, transaction: Transaction, records: Sequence[Record]) -> None:
        """Write rows and their quotas; a key that is there already changes neither."""
        rows = [row_of(record) for record in records]
        if rows:
            await transaction.fetch(_SQL["commit_for_good"])
            await transaction.execute(_SQL["keep_usage"], msgspec.json.encode(rows).decode())

    async def load_budgets(
        self, database: Database, budgets: Budgets, periods: Sequence[tuple[Period, date]], before: datetime
    ) -> None:
        """Count into `budgets` what was spent in the present periods before a moment."""
        starts = dict(periods)
        moments = [midnight(starts[period]) for period in Period]
        async with database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["spent_by_account"], *moments, before)
        for row in rows:
            for period in Period:
                tokens, usd = row[f"{period}_tokens"], row[f"{period}_usd"]
                budgets.load(str(row["account"]), period, starts[period], _whole(tokens), Decimal(str(usd)))

    async def report(self, database: Database, request: ReportCosts) -> Sequence[CostRow]:
        """Costs of days of UTC, both included; raises `ValidationFailed` for an unknown group or order of days."""
        unknown = [group for group in request.by if group not in GROUPS]
        if unknown or not request.by:
            raise ValidationFailed(f"by: some of {', '.join(GROUPS)}", field="by")
        if request.first > request.last:
            raise ValidationFailed("from: it must not be after to", field="from")
        first, behind = midnight(request.first), midnight(request.last + timedelta(days=1))
        async with database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["report_costs"], first, behind, list(request.by))
        return [_cost_row(row, request.by) for row in rows]


def _cost_row(row: Row, by: Sequence[str]) -> CostRow:
    cost = row["cost_usd"]
    return CostRow(
        group=tuple(str(row[group]) for group in by),
        calls=_whole(row["calls"]),
        input_tokens=_whole(row["input_tokens"]),
        output_tokens=_whole(row["output_tokens"]),
        cost_usd=None if cost is None else format(Decimal(str(cost)), "f"),
        unpriced_calls=_whole(row["unpriced_calls"]),
        estimated_calls=_whole(row["estimated_calls"]),
    )


def _whole(value: object) -> int:
    return int(cast(Any, value))
