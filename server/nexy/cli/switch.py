"""`nexy switch`: live values without a restart."""

import json
from typing import Annotated

import typer

from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.config.switches_file import LIVE_KEYS, full_key, read_switches, write_switch

_BACK = ("default", "unset")


def switch(
    key: Annotated[str, typer.Argument(help=told("switch.key_help"))] = "",
    value: Annotated[str, typer.Argument(help=told("switch.value_help"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=told("switch.json_help"))] = False,
    home: HomeFlag = None,
) -> None:
    """Show all live switches, show one, or set one; a running server follows within a second."""
    surroundings = Surroundings.read(home)
    if value:
        path = write_switch(surroundings.loaded.home, key, None if value in _BACK else value)
    in_force = _in_force(surroundings)
    wanted = [full_key(key)] if key else list(LIVE_KEYS)
    if as_json:
        print(json.dumps({path: in_force[path] for path in wanted}, indent=2))
        return
    for path in wanted:
        print(f"{path}  {'on' if in_force[path] else 'off'}")
    if value and surroundings.running_server() is None:
        print(surroundings.words.text("switch.no_server", key=path))


def _in_force(surroundings: Surroundings) -> dict[str, bool]:
    configured = {path: bool(surroundings.loaded.origins[path].value) for path in LIVE_KEYS}
    return {**configured, **read_switches(surroundings.loaded.home)}
