"""`nexy status`: what the running server says of itself."""

import json
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nexy.cli.surroundings import Surroundings, told
from nexy.contracts.errors import Unavailable
from nexy.messages.catalogue import Catalogue


def status(
    as_json: Annotated[bool, typer.Option("--json", help=told("status.json_help"))] = False,
) -> None:
    """Print the state of every part; exit code 1 when no server runs on this NEXY_HOME."""
    surroundings = Surroundings.read()
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
        with urllib.request.urlopen(f"http://{_reachable(address)}/status", timeout=5) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise Unavailable(f"the server at {address} does not answer: {problem}") from problem


def _reachable(address: str) -> str:
    """A server that listens everywhere is asked on this machine."""
    host, _, port = address.rpartition(":")
    return f"127.0.0.1:{port}" if host in ("0.0.0.0", "::", "[::]") else address  # noqa: S104


def _print(status: dict[str, Any], pid: int, doors: dict[str, str], words: Catalogue) -> None:
    console = Console(highlight=False)
    console.print(words.text("status.running", version=status["latest_version"], pid=pid), style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for door, address in doors.items():
        table.add_row(words.text(f"serve.door_{door}"), address)
    for name, state in sorted(status["modules"].items(), key=lambda item: (item[1] == "absent", item[0])):
        table.add_row(name, state, status["reasons"].get(name, ""))
    console.print(table)
    for name in status["switched_off"]:
        console.print(words.text("serve.switched_off", name=name), style="yellow")
