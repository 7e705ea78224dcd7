"""`nexy keys`: the keys of people's programs, and those that tokens are signed with. Loaded when a command runs."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from nexy.cli.page import list_console
from nexy.cli.surroundings import HomeFlag, Surroundings, told

keys_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_Key = Annotated[str, typer.Argument(metavar="KEY", help=told("keys.key_help"))]
_Json = Annotated[bool, typer.Option("--json", help=told("keys.json_help"))]
_SECONDS_A_MINUTE = 60


class GoodFor(StrEnum):
    """The scopes of the contract, which is not loaded to print help; a test compares them."""

    CODE = "code"
    REST = "rest"
    SENSORS = "sensors"
    VOICE = "voice"


@keys_app.command("list", help=told("keys.list_help"))
def list_(
    email: Annotated[str, typer.Option("--email", metavar="EMAIL", help=told("keys.of_help"))] = "",
    json_wanted: _Json = False,
    home: HomeFlag = None,
) -> None:
    """Every key, without its secret."""
    from nexy.cli.access_requests import ask
    from nexy.cli.access_tables import key_table, keys_json
    from nexy.contracts.api_keys import ListKeys
    from nexy.utils.clock import SystemClock

    surroundings = Surroundings.read(home)
    found = ask(surroundings, ListKeys(email=email))
    if json_wanted:
        print(keys_json(found))
    elif found:
        list_console().print(key_table(found, surroundings.words, SystemClock().now()))
    else:
        print(surroundings.words.text("keys.none"))


@keys_app.command("issue", help=told("keys.issue_help"), no_args_is_help=True)
def issue(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help=told("keys.email_help"))],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=told("keys.name_help"))],
    scope: Annotated[list[GoodFor] | None, typer.Option("--scope", help=told("keys.scope_help"))] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=36_500, help=told("keys.days_help"))] = None,
    json_wanted: _Json = False,
    home: HomeFlag = None,
) -> None:
    """The key alone goes to the standard output, what is said about it beside it."""
    from nexy.cli.access_requests import ask
    from nexy.cli.access_tables import keys_json
    from nexy.contracts.access import EVERYTHING, Scope
    from nexy.contracts.api_keys import IssueKey

    surroundings = Surroundings.read(home)
    scopes = frozenset(map(Scope, scope)) if scope else EVERYTHING
    issued = ask(surroundings, IssueKey(email=email, name=name, scopes=scopes, days=days))
    if json_wanted:
        print(keys_json([issued.key], issued.secret))
        return
    print(surroundings.words.text("keys.issued", email=issued.key.email, name=issued.key.name), file=sys.stderr)
    print(issued.secret)


@keys_app.command("revoke", help=told("keys.revoke_help"), no_args_is_help=True)
def revoke(key: _Key, json_wanted: _Json = False, home: HomeFlag = None) -> None:
    """Refuse it from now on."""
    from nexy.cli.access_requests import ask
    from nexy.cli.access_tables import keys_json
    from nexy.contracts.api_keys import RevokeKey

    surroundings = Surroundings.read(home)
    gone = ask(surroundings, RevokeKey(key=key))
    if json_wanted:
        print(keys_json([gone]))
        return
    print(surroundings.words.text("keys.revoked", beginning=gone.beginning, name=gone.name, email=gone.email))


@keys_app.command("rotate", help=told("keys.rotate_help"))
def rotate(
    at_once: Annotated[bool, typer.Option("--now", help=told("keys.now_help"))] = False, home: HomeFlag = None
) -> None:
    """Sign with a new key."""
    from nexy.cli.access_requests import KEYS_ONLY, ask
    from nexy.contracts.signing_keys import RotateKeys

    surroundings = Surroundings.read(home)
    kid = ask(surroundings, RotateKeys(at_once=at_once), KEYS_ONLY)
    minutes = round(surroundings.config.access.tokens.access_seconds / _SECONDS_A_MINUTE)
    print(surroundings.words.text("keys.rotated_now" if at_once else "keys.rotated", kid=kid, minutes=minutes))


@keys_app.command("anon", help=told("keys.anon_help"))
def anon(home: HomeFlag = None) -> None:
    """The token and nothing else."""
    from nexy.cli.access_requests import KEYS_ONLY, ask
    from nexy.contracts.signing_keys import AnonymousToken

    print(ask(Surroundings.read(home), AnonymousToken(), KEYS_ONLY))


@keys_app.command("jwks", help=told("keys.jwks_help"))
def jwks(home: HomeFlag = None) -> None:
    """The JSON Web Key Set and nothing else."""
    from nexy.cli.access_requests import KEYS_ONLY, ask
    from nexy.contracts.signing_keys import PublicKeys

    print(ask(Surroundings.read(home), PublicKeys(), KEYS_ONLY).decode())
