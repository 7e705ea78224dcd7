"""A cost report as a table, CSV or JSON; what has no price is called unpriced, never zero."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nexy.contracts.usage import CostRow, ReportCosts
from nexy.messages.catalogue import Catalogue

UNPRICED = "unpriced"
_COUNTS = ("calls", "input_tokens", "output_tokens", "cost_usd", "unpriced_calls", "estimated_calls")
_WIDEST = 1000
# A spreadsheet takes a text that begins so for a formula, and model names come from outside.
_FORMULA = ("=", "+", "-", "@")


class OutputFormat(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """What was asked, and the lines of the answer."""

    request: ReportCosts
    rows: Sequence[CostRow]

    @property
    def total(self) -> CostRow:
        """All lines as one; its cost is None where nothing has a price."""
        priced = [Decimal(row.cost_usd) for row in self.rows if row.cost_usd is not None]
        return CostRow(
            group=(),
            calls=sum(row.calls for row in self.rows),
            input_tokens=sum(row.input_tokens for row in self.rows),
            output_tokens=sum(row.output_tokens for row in self.rows),
            cost_usd=format(sum(priced, Decimal(0)), "f") if priced or not self.rows else None,
            unpriced_calls=sum(row.unpriced_calls for row in self.rows),
            estimated_calls=sum(row.estimated_calls for row in self.rows),
        )


def print_report(report: CostReport, output: OutputFormat, words: Catalogue) -> None:
    """Print it on the standard output."""
    match output:
        case OutputFormat.TABLE:
            _print_table(report, words)
        case OutputFormat.CSV:
            _print_csv(report)
        case OutputFormat.JSON:
            _print_json(report)


def _print_json(report: CostReport) -> None:
    request = report.request
    rows = [{**dict(zip(request.by, row.group, strict=True)), **_figures(row)} for row in report.rows]
    head = {"from": request.first.isoformat(), "to": request.last.isoformat(), "timezone": "UTC", "by": request.by}
    print(json.dumps({**head, "rows": rows, "total": _figures(report.total)}, indent=2, ensure_ascii=False))


def _figures(row: CostRow) -> Mapping[str, object]:
    return {name: getattr(row, name) for name in _COUNTS}


def _print_csv(report: CostReport) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*report.request.by, *_COUNTS])
    for row in report.rows:
        figures = {**_figures(row), "cost_usd": row.cost_usd or UNPRICED}
        writer.writerow([*(_plain(name) for name in row.group), *figures.values()])


def _plain(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name


def _print_table(report: CostReport, words: Catalogue) -> None:
    console = Console(highlight=False)
    first, last = report.request.first, report.request.last
    console.print(words.text("report.title", first=first, last=last), style="bold", markup=False)
    if not report.rows:
        console.print(words.text("report.nothing"), markup=False)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for group in report.request.by:
        table.add_column(words.text(f"report.column_{group}"), no_wrap=True)
    for name in ("calls", "input", "output", "cost"):
        table.add_column(words.text(f"report.column_{name}"), justify="right", no_wrap=True)
    for row in report.rows:
        table.add_row(*(Text(name) for name in row.group), *_cells(row, words))
    total = (Text(words.text("report.total")), *(Text() for _ in report.request.by[1:]))
    table.add_row(*total, *_cells(report.total, words), style="bold")
    # Names and figures stay whole: a table that is wider than the terminal is broken by the terminal alone.
    needed = console.measure(table, options=console.options.update(max_width=_WIDEST)).maximum
    console.width = max(console.width, needed)
    console.print(table)
    if report.total.estimated_calls:
        told = words.text("report.estimated", calls=report.total.estimated_calls)
        console.print(told, markup=False, soft_wrap=True)


def _cells(row: CostRow, words: Catalogue) -> Sequence[str]:
    return (str(row.calls), str(row.input_tokens), str(row.output_tokens), _cost(row, words))


def _cost(row: CostRow, words: Catalogue) -> str:
    if row.cost_usd is None:
        return words.text("report.unpriced")
    cost = _short(row.cost_usd)
    if row.unpriced_calls:
        known = "report.only_unpriced" if cost == "0" else "report.partly_unpriced"
        return words.text(known, cost=cost, calls=row.unpriced_calls)
    return cost


def _short(cost: str) -> str:
    """Without zeros that say nothing."""
    return cost.rstrip("0").rstrip(".") if "." in cost else cost
