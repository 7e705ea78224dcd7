"""The command `nexy`."""

import sys

import typer

from nexy.cli.config import config_app
from nexy.cli.db import db_app
from nexy.cli.devices import devices_app
from nexy.cli.index import index_app
from nexy.cli.keys import keys_app
from nexy.cli.mcp import mcp
from nexy.cli.memory import memory_app
from nexy.cli.providers import providers
from nexy.cli.report import report_app
from nexy.cli.search import search
from nexy.cli.serve import serve
from nexy.cli.status import status
from nexy.cli.stream import stream_app
from nexy.cli.surroundings import help_words, told
from nexy.cli.switch import switch
from nexy.cli.talk import talk
from nexy.cli.users import users_app
from nexy.contracts.errors import NexyError
from nexy.version import __version__

app = typer.Typer(
    help=told("main.help"),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", help=told("serve.help"))(serve)
app.command("talk", help=told("talk.help"))(talk)
app.command("status", help=told("status.help"))(status)
app.command("providers", help=told("providers.help"))(providers)
app.command("switch", help=told("switch.help"))(switch)
app.command("search", help=told("search.help"), no_args_is_help=True)(search)
app.command("mcp", help=told("mcp.help"))(mcp)
app.add_typer(index_app, name="index", help=told("index.help"))
app.add_typer(users_app, name="users", help=told("users.help"))
app.add_typer(keys_app, name="keys", help=told("keys.help"))
app.add_typer(config_app, name="config", help=told("config.help"))
app.add_typer(devices_app, name="devices", help=told("devices.help"))
app.add_typer(memory_app, name="memory", help=told("memory.help"))
app.add_typer(stream_app, name="stream", help=told("stream.help"))
app.add_typer(db_app, name="db", help=told("db.help"))
app.add_typer(report_app, name="report", help=told("report.help"))


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"nexy {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(False, "--version", help=told("main.version"), callback=_print_version, is_eager=True),
) -> None: ...


def run() -> None:
    """Run the command; what a person did wrong is one message and exit code 1, never a traceback."""
    try:
        app()
    except NexyError as refused:
        print(help_words().text("main.refused", reason=refused.message), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    run()
