"""A group of commands of which one is meant where none is named."""

import pytest
import typer
from typer.testing import CliRunner

from nexy.cli.default_command import DefaultCommand

app = typer.Typer(cls=DefaultCommand, no_args_is_help=True)


@app.command("add")
def _add(source: str, name: str = "") -> None:
    typer.echo(f"add {source} {name}".strip())


@app.command("status")
def _status() -> None:
    typer.echo("status")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["."], "add ."),
        (["add", "."], "add ."),
        (["./status"], "add ./status"),
        (["--name", "x", "."], "add . x"),
        ([".", "--name", "x"], "add . x"),
        (["--", "status"], "add status"),
        (["status"], "status"),
    ],
)
def test_what_is_meant(arguments: list[str], said: str) -> None:
    """A command by its name; anything else is the usual one's, options first or last."""
    assert CliRunner().invoke(app, arguments).output.strip() == said


def test_help_is_that_of_the_group_or_of_the_command() -> None:
    """Alone it shows every command; behind a path, the options of the usual one."""
    alone, behind = (CliRunner().invoke(app, arguments).output for arguments in (["--help"], [".", "--help"]))
    assert "status" in alone
    assert "--name" not in alone
    assert "--name" in behind
