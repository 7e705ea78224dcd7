"""The one page that a person sees when the server is ready: what runs where, and what is missing."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nexy.cli.page import plain_console
from nexy.cli.surroundings import Surroundings
from nexy.contracts.module import ModuleState
from nexy.core.server_report import ServerReport

_DOORS = ("grpc", "http", "api")
_COLOURS = {ModuleState.RUNNING: "green", ModuleState.DEGRADED: "yellow", ModuleState.FAILED: "red"}


def print_start_page(report: ServerReport, surroundings: Surroundings, console: Console | None = None) -> None:
    """Print the page to the terminal; colours only where there is one."""
    page = console or plain_console()
    words = surroundings.words
    environment = report.environment
    if surroundings.config.environment_is_default:
        environment = words.text("serve.environment_unset", environment=environment)
    page.print(words.text("serve.ready", version=report.version, environment=environment), style="bold")
    page.print(words.text("serve.home", home=surroundings.config.home))
    page.print(_database(report, surroundings), soft_wrap=True)
    page.print(_doors(report, surroundings))
    page.print(_parts(report, surroundings))
    absent = [name for name, status in report.modules.items() if status.state is ModuleState.ABSENT]
    if absent:
        page.print(words.text("serve.absent", names=", ".join(absent)), style="dim", soft_wrap=True)
    for name in report.switched_off:
        page.print(words.text("serve.switched_off", name=name), style="yellow")
    page.print(words.text("serve.try", command='nexy talk "' + words.text("talk.example") + '"'), soft_wrap=True)


def _database(report: ServerReport, surroundings: Surroundings) -> str:
    facts, words = report.database, surroundings.words
    if facts is None:
        return words.text("serve.no_database")
    kind = words.text("serve.database_embedded" if facts.embedded else "serve.database_outside")
    return words.text("serve.database", kind=kind, version=facts.version, address=facts.address)


def _doors(report: ServerReport, surroundings: Surroundings) -> Table:
    words = surroundings.words
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(words.text("serve.column_door"))
    table.add_column(words.text("serve.column_address"))
    for door in _DOORS:
        table.add_row(words.text(f"serve.door_{door}"), report.addresses.get(door, "-"))
    return table


def _parts(report: ServerReport, surroundings: Surroundings) -> Table:
    words = surroundings.words
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(words.text("serve.column_part"))
    table.add_column(words.text("serve.column_state"))
    table.add_column("")
    for name, status in report.modules.items():
        if status.state is not ModuleState.ABSENT:
            colour = _COLOURS.get(status.state, "dim")
            table.add_row(name, Text(status.state.value, style=colour), status.detail)
    return table
