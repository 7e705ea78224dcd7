"""`nexy config`: what is in force, and where each value comes from."""

import json
from typing import Annotated

import typer
from rich.table import Table

from nexy.cli.page import plain_console
from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told
from nexy.config.switches_file import read_switches
from nexy.config.unified_config import ShownValue, masked

config_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@config_app.command("show", help=told("config.show_help"))
def show(
    prefix: Annotated[str, typer.Argument(help=told("config.prefix_help"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=told("config.json_help"))] = False,
    home: HomeFlag = None,
    settings: SetFlags = None,
) -> None:
    """Print every effective value with its origin; secrets are masked."""
    surroundings = Surroundings.read(home, settings)
    switched = read_switches(surroundings.loaded.home)
    rows = [row for row in masked(surroundings.loaded, switched) if row.path.startswith(prefix)]
    if not rows:
        print(surroundings.words.text("config.nothing", prefix=prefix))
        raise typer.Exit(1)
    if as_json:
        print(json.dumps([{"key": row.path, "value": row.value, "origin": row.origin} for row in rows], indent=2))
    else:
        _print_table(rows, surroundings)


def _print_table(rows: list[ShownValue], surroundings: Surroundings) -> None:
    words = surroundings.words
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("config.column_key", "config.column_value", "config.column_origin"):
        table.add_column(words.text(column), overflow="fold")
    for row in rows:
        table.add_row(row.path, row.value, row.origin)
    plain_console().print(table)
