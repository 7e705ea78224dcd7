"""How a cost report is printed."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date

import pytest

from nexy.cli.cost_report import CostReport, OutputFormat, print_report
from nexy.contracts.usage import CostRow, ReportCosts
from nexy.messages.catalogue import Catalogue

REQUEST = ReportCosts(first=date(2026, 11, 15), last=date(2026, 11, 21), by=("model", "day"))


def line(model: str, cost: str | None, unpriced: int = 0, estimated: int = 0) -> CostRow:
    return CostRow(
        group=(model, "2026-11-20"), calls=2, input_tokens=10, output_tokens=5, cost_usd=cost, unpriced_calls=unpriced,
        estimated_calls=estimated,
    )  # fmt: skip


ROWS = [line("moon", None, 2), line("gpt-4o", "0.100000001"), line("[red]mixed", "0.2", 1, 2), line("=cmd()", "0")]


def printed(capsys: pytest.CaptureFixture[str], output: OutputFormat, rows: Sequence[CostRow] = ROWS) -> str:
    print_report(CostReport(request=REQUEST, rows=rows), output, Catalogue("en"))
    return capsys.readouterr().out


def test_json_holds_exact_costs_and_null_for_unpriced(capsys: pytest.CaptureFixture[str]) -> None:
    """Costs are texts, so that no reader rounds them; the total adds them exactly."""
    told = json.loads(printed(capsys, OutputFormat.JSON))
    assert (told["from"], told["to"], told["by"], told["timezone"]) == (
        "2026-11-15", "2026-11-21", ["model", "day"], "UTC",
    )  # fmt: skip
    assert told["rows"][0] == {
        "model": "moon", "day": "2026-11-20", "calls": 2, "input_tokens": 10, "output_tokens": 5, "cost_usd": None,
        "unpriced_calls": 2, "estimated_calls": 0,
    }  # fmt: skip
    assert told["total"]["cost_usd"] == "0.300000001"
    assert told["total"]["unpriced_calls"] == 3
    assert (told["rows"][2]["estimated_calls"], told["total"]["estimated_calls"]) == (2, 2)


def test_csv_has_a_line_for_each_group_and_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    """What is unpriced says so; a name that a spreadsheet would run is a text."""
    table = list(csv.reader(io.StringIO(printed(capsys, OutputFormat.CSV))))
    assert table[0] == ["model", "day", "calls", "input_tokens", "output_tokens", "cost_usd", "unpriced_calls",
                        "estimated_calls"]  # fmt: skip
    assert table[1][5:] == ["unpriced", "2", "0"]
    assert table[2][5:] == ["0.100000001", "0", "0"]
    assert table[4][0] == "'=cmd()"
    assert table[4][5] == "0"


def test_the_table_names_what_has_no_price(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpriced, partly unpriced and a true zero look different, and a name is shown as it is."""
    monkeypatch.setenv("COLUMNS", "140")
    told = printed(capsys, OutputFormat.TABLE)
    assert told.rstrip().endswith("or its provider does not count: 2")
    lines = {text.split()[0]: text for text in told.splitlines() if text.strip()}
    assert lines["moon"].rstrip().endswith("unpriced")
    assert "0.2 + 1 unpriced" in lines["[red]mixed"]
    assert lines["=cmd()"].split()[-1] == "0"
    assert "0.300000001 + 3 unpriced" in lines["total"]


@pytest.mark.parametrize("rows", [[], [line("moon", None, 2)]])
def test_a_total_without_any_price(capsys: pytest.CaptureFixture[str], rows: list[CostRow]) -> None:
    """Nothing spent costs nothing; only unpriced calls cost an unknown amount."""
    told = json.loads(printed(capsys, OutputFormat.JSON, rows))
    assert told["total"]["cost_usd"] == (None if rows else "0")
    assert ("Nothing was spent" in printed(capsys, OutputFormat.TABLE, rows)) is not bool(rows)


def test_names_stay_whole_in_a_small_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model's name is one word to search for, however narrow the terminal is."""
    monkeypatch.setenv("COLUMNS", "40")
    told = printed(capsys, OutputFormat.TABLE, [line("nomic-embed-text-with-a-long-name", None, 13)])
    assert "nomic-embed-text-with-a-long-name" in told


def test_calls_that_cost_an_unknown_amount_are_not_added_to_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside what is free only their number is known, and zeros behind the point are left out."""
    told = printed(capsys, OutputFormat.TABLE, [line("offline", "0.000000000", 13), line("m", "0.150000000")])
    lines = {text.split()[0]: text.split() for text in told.splitlines() if text.strip()}
    assert lines["offline"][-2:] == ["13", "unpriced"]
    assert lines["m"][-1] == "0.15"
    assert "0.000000000" not in told
