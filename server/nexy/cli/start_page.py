"""The one page that a person sees when the server is ready: what runs where, and what is missing."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nexy.cli.page import plain_console
from nexy.cli.surroundings import Surroundings
from nexy.contracts.demo import DEMO_EMAIL, DEMO_PASSWORD, Demo
from nexy.contracts.module import ModuleState
from nexy.core.module_factory import LASTING_MODULES
from nexy.core.server_report import ServerReport

_DOORS = ("grpc", "http", "api", "supabase")
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
    if report.demo is not Demo.OFF:
        told = words.text(f"serve.demo_{report.demo}", email=DEMO_EMAIL, password=DEMO_PASSWORD)
        page.print(told, style="yellow", soft_wrap=True)
    page.print(_doors(report, surroundings))
    page.print(_parts(report, surroundings))
    for key, names in _missing(report, surroundings).items():
        if names:
            page.print(words.text(key, names=", ".join(names)), style="dim", soft_wrap=True)
    for name in report.switched_off:
        page.print(words.text("serve.switched_off", name=name), style="yellow")
    page.print(words.text("serve.try", command='nexy talk "' + words.text("talk.example") + '"'), soft_wrap=True)


def _missing(report: ServerReport, surroundings: Surroundings) -> Mapping[str, Sequence[str]]:
    """Parts that are not there, by the sentence that tells why."""
    absent = [name for name, status in report.modules.items() if status.state is ModuleState.ABSENT]
    off = frozenset() if surroundings.config.database.enabled else LASTING_MODULES
    return {
        "serve.off_without_database": [name for name in absent if name in off],
        "serve.absent": [name for name in absent if name not in off],
    }


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
