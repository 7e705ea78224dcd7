"""`nexy devices`: which devices belong to whom, and the tokens that prove it."""

import socket
from typing import Annotated

import typer

from nexy.cli.access_requests import ask
from nexy.cli.device_table import as_json, device_table, id_of
from nexy.cli.page import list_console
from nexy.cli.remembered import write_private
from nexy.cli.served_status import status_of
from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.contracts.devices import ListDevices, PairDevice, PairedDevice, RevokeDevice

devices_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_Id = Annotated[str | None, typer.Option("--hardware-id", metavar="ID", help=told("devices.id_help"))]
_Json = Annotated[bool, typer.Option("--json", help=told("devices.json_help"))]
_LONGEST_NAME = 60


@devices_app.command("pair", help=told("devices.pair_help"), no_args_is_help=True)
def pair(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help=told("devices.email_help"))],
    hardware_id: _Id = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=told("devices.name_help"))] = "",
    json_wanted: _Json = False,
    home: HomeFlag = None,
) -> None:
    """This machine keeps its token itself; that of another device is printed, once."""
    surroundings = Surroundings.read(home)
    own = hardware_id is None
    device = surroundings.hardware_id() if hardware_id is None else hardware_id
    host = socket.gethostname()[:_LONGEST_NAME] if own else ""
    paired = ask(surroundings, PairDevice(hardware_id=device, email=email, name=name, first_name=host))
    if own:
        write_private(surroundings.device_token_file, paired.token + "\n")
    if json_wanted:
        print(as_json([paired.device], token="" if own else paired.token))
    else:
        _tell(surroundings, paired, kept=own)


@devices_app.command("list", help=told("devices.list_help"))
def list_(
    email: Annotated[str, typer.Option("--email", metavar="EMAIL", help=told("devices.of_help"))] = "",
    json_wanted: _Json = False,
    home: HomeFlag = None,
) -> None:
    """Every paired device; the ids are shown as nexy devices revoke takes them."""
    surroundings = Surroundings.read(home)
    found = ask(surroundings, ListDevices(email=email))
    if json_wanted:
        print(as_json(found))
        return
    words = surroundings.words
    if found:
        list_console().print(device_table(found, words))
    else:
        print(words.text("devices.none"))
    print(words.text(f"devices.rule_{_rule(surroundings)}"))


@devices_app.command("revoke", help=told("devices.revoke_help"), no_args_is_help=True)
def revoke(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help=told("devices.device_help"))],
    json_wanted: _Json = False,
    home: HomeFlag = None,
) -> None:
    """Refuse it from now on; turns that are running end as they would."""
    surroundings = Surroundings.read(home)
    revoked = ask(surroundings, RevokeDevice(hardware_hash=device))
    if json_wanted:
        print(as_json([revoked]))
        return
    words = surroundings.words
    print(words.text("devices.revoked", device=id_of(revoked), name=revoked.name, email=revoked.email))


def _rule(surroundings: Surroundings) -> str:
    """That of the server that runs here; what this command would start with counts where none does."""
    server = surroundings.running_server()
    if server is None:
        return surroundings.config.access.devices
    return str(status_of(server)["devices"])


def _tell(surroundings: Surroundings, paired: PairedDevice, *, kept: bool) -> None:
    words, device = surroundings.words, paired.device
    print(words.text("devices.paired", device=id_of(device), name=device.name, email=device.email))
    if kept:
        print(words.text("devices.token_kept", file=surroundings.device_token_file))
        return
    print(words.text("devices.token_once"))
    print(f"  {paired.token}")
    print(words.text("devices.token_use"))
