"""`nexy report`: what the models cost."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from nexy.cli.cost_report import CostReport, OutputFormat, print_report
from nexy.cli.parts import running_parts
from nexy.cli.surroundings import Surroundings, told
from nexy.contracts.capabilities import DATABASE, OUTBOX, USAGE
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.outbox import DrainNow
from nexy.contracts.usage import ReportCosts

report_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_DAYS = 7


@report_app.callback()
def _report() -> None: ...


@report_app.command("costs", help=told("report.costs_help"))
def costs(
    days: Annotated[int | None, typer.Option("--days", min=1, max=36_500, help=told("report.days_help"))] = None,
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help=told("report.from_help"))] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help=told("report.to_help"))] = "",
    by: Annotated[str, typer.Option("--by", help=told("report.by_help"))] = "model",
    output: Annotated[OutputFormat, typer.Option("--format", help=told("report.format_help"))] = OutputFormat.TABLE,
) -> None:
    """Print the costs; exit code 1 with one line when a value or the database is wrong."""
    surroundings = Surroundings.read()
    request = _request(days, first, last, by)
    print_report(asyncio.run(_costs(surroundings, request)), output, surroundings.words)


def _request(days: int | None, first: str, last: str, by: str) -> ReportCosts:
    if days is not None and first:
        raise ValidationFailed("--days: give either --days or --from", field="days")
    ends = _day("--to", last) if last else datetime.now(UTC).date()
    begins = _day("--from", first) if first else ends - timedelta(days=(days or _DAYS) - 1)
    groups = tuple(dict.fromkeys(group.strip().lower() for group in by.split(",") if group.strip()))
    return ReportCosts(first=begins, last=ends, by=groups)


def _day(option: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as problem:
        raise ValidationFailed(f"{option}: {written!r} is no day; write it as 2026-03-14", field=option) from problem


async def _costs(surroundings: Surroundings, request: ReportCosts) -> CostReport:
    # A running server drains its outbox itself, and the database is shared with it.
    parts = _parts(server_runs=surroundings.running_server() is not None)
    async with running_parts(surroundings, parts, optional=(OUTBOX,)) as coordinator:
        if coordinator.has(OUTBOX):
            # What a killed server has kept belongs into the report.
            await coordinator.get(OUTBOX).process(DrainNow())
        rows = await coordinator.get(USAGE).process(request)
    return CostReport(request=request, rows=rows)


def _parts(*, server_runs: bool) -> Sequence[str]:
    return (DATABASE, USAGE) if server_runs else (DATABASE, OUTBOX, USAGE)
