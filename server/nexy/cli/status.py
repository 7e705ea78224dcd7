"""`nexy status`: what the running server says of itself."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from nexy.cli.page import plain_console
from nexy.cli.served_status import status_of
from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.contracts.demo import DEMO_EMAIL, DEMO_PASSWORD, Demo
from nexy.messages.catalogue import Catalogue


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
    told_by_server = status_of(server)
    if as_json:
        print(json.dumps({"pid": server.pid, "doors": dict(server.doors), **told_by_server}, indent=2))
    else:
        _print(told_by_server, server.pid, dict(server.doors), surroundings.words)


def _print(status: dict[str, Any], pid: int, doors: dict[str, str], words: Catalogue) -> None:
    console = plain_console()
    console.print(words.text("status.running", version=status["latest_version"], pid=pid), style="bold")
    demo = Demo(status.get("demo", Demo.OFF))
    if demo is not Demo.OFF:
        sentence = words.text(f"serve.demo_{demo}", email=DEMO_EMAIL, password=DEMO_PASSWORD)
        console.print(sentence, style="yellow", soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for door, address in doors.items():
        table.add_row(words.text(f"serve.door_{door}"), address)
    for name, state in sorted(status["modules"].items(), key=lambda item: (item[1] == "absent", item[0])):
        table.add_row(name, state, status["reasons"].get(name, ""))
    console.print(table)
    for name in status["switched_off"]:
        console.print(words.text("serve.switched_off", name=name), style="yellow")
