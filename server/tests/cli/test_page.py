"""Lists as other programs read them."""

import pytest
from rich.table import Table

from nexy.cli.page import list_console

LONG = "a.very.long.address.indeed@a.very.long.name.of.a.machine.example.com"


def test_a_list_that_is_piped_breaks_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """However long its cells are, one row is one line."""
    table = Table(box=None)
    for column in ("one", "two", "three"):
        table.add_column(column, overflow="fold")
    table.add_row(LONG, LONG, LONG)
    list_console().print(table)
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split() == ["one", "two", "three"]
    assert row.split() == [LONG] * 3


def test_on_a_terminal_a_list_keeps_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its width is the terminal's."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    assert list_console().width == 60
