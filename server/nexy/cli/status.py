"""`nexy status`: what the running server says of itself."""

import json
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer
from rich.table import Table

from nexy.cli.page import plain_console
from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.contracts.errors import Unavailable
from nexy.messages.catalogue import Catalogue
from nexy.utils.addresses import reachable


def status(
    as_json: Annotated[bool, typer.Option("--json", help=told("status.json_help"))] = False,
    home: HomeFlag = None,
) -> None:
    """Print the state of every part; exit code 1 when no server runs on this NEXY_HOME."""
    surroundings = Surroundings.read(home)
    server = surroundings.running_server()
    if server is None:
        print(surroundings.words.text("status.none", home=surroundings.config.home))
        raise typer.Exit(1)
    told_by_server = _ask(server.doors["http"])
    if as_json:
        print(json.dumps({"pid": server.pid, "doors": dict(server.doors), **told_by_server}, indent=2))
    else:
        _print(told_by_server, server.pid, dict(server.doors), surroundings.words)


def _ask(address: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://{reachable(address)}/status", timeout=5) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise Unavailable(f"the server at {address} does not answer: {problem}") from problem


def _print(status: dict[str, Any], pid: int, doors: dict[str, str], words: Catalogue) -> None:
    console = plain_console()
    console.print(words.text("status.running", version=status["latest_version"], pid=pid), style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for door, address in doors.items():
        table.add_row(words.text(f"serve.door_{door}"), address)
    for name, state in sorted(status["modules"].items(), key=lambda item: (item[1] == "absent", item[0])):
        table.add_row(name, state, status["reasons"].get(name, ""))
    console.print(table)
    for name in status["switched_off"]:
        console.print(words.text("serve.switched_off", name=name), style="yellow")
