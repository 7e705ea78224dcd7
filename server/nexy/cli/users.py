"""`nexy users`: the persons who sign in here. What a command needs is loaded when it runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nexy.cli.page import list_console
from nexy.cli.surroundings import HomeFlag, Surroundings, told

if TYPE_CHECKING:
    from nexy.contracts.accounts import Account

users_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_Json = Annotated[bool, typer.Option("--json", help=told("users.json_help"))]
_Email = Annotated[str, typer.Argument(metavar="EMAIL", help=told("users.email_help"))]


@users_app.command("list", help=told("users.list_help"))
def list_(json_wanted: _Json = False, home: HomeFlag = None) -> None:
    """Every account."""
    from nexy.cli.access_requests import ask
    from nexy.cli.access_tables import account_table, accounts_json
    from nexy.contracts.accounts import ListAccounts

    surroundings = Surroundings.read(home)
    accounts = ask(surroundings, ListAccounts())
    if json_wanted:
        print(accounts_json(accounts))
    elif accounts:
        list_console().print(account_table(accounts, surroundings.words))
    else:
        print(surroundings.words.text("users.none"))


@users_app.command("add", help=told("users.add_help"), no_args_is_help=True)
def add(email: _Email, json_wanted: _Json = False, home: HomeFlag = None) -> None:
    """An account, whether people may make theirs themselves or not."""
    from nexy.cli.access_requests import ask
    from nexy.cli.typed_password import new_password
    from nexy.contracts.accounts import AddAccount

    surroundings = Surroundings.read(home)
    account = ask(surroundings, AddAccount(email=email, password=new_password(surroundings.words)))
    _tell(account, "users.added", surroundings, json_wanted=json_wanted)


@users_app.command("password", help=told("users.password_help"), no_args_is_help=True)
def password(email: _Email, json_wanted: _Json = False, home: HomeFlag = None) -> None:
    """Another password; every session ends. Who has no account is not asked for one."""
    from nexy.cli.access_requests import ask_then
    from nexy.cli.typed_password import new_password
    from nexy.contracts.accounts import FindAccount, SetPassword

    surroundings = Surroundings.read(home)
    account = ask_then(
        surroundings,
        FindAccount(email=email),
        lambda found: SetPassword(email=found.email, password=new_password(surroundings.words)),
    )
    _tell(account, "users.changed", surroundings, json_wanted=json_wanted)


@users_app.command("disable", help=told("users.disable_help"), no_args_is_help=True)
def disable(email: _Email, json_wanted: _Json = False, home: HomeFlag = None) -> None:
    """Nobody comes in by this account."""
    _let(email, home, disabled=True, json_wanted=json_wanted)


@users_app.command("enable", help=told("users.enable_help"), no_args_is_help=True)
def enable(email: _Email, json_wanted: _Json = False, home: HomeFlag = None) -> None:
    """She may sign in again."""
    _let(email, home, disabled=False, json_wanted=json_wanted)


def _let(email: str, home: Path | None, *, disabled: bool, json_wanted: bool) -> None:
    from nexy.cli.access_requests import ask
    from nexy.contracts.accounts import DisableAccount

    surroundings = Surroundings.read(home)
    account = ask(surroundings, DisableAccount(email=email, disabled=disabled))
    _tell(account, "users.disabled" if disabled else "users.enabled", surroundings, json_wanted=json_wanted)


def _tell(account: "Account", sentence: str, surroundings: Surroundings, *, json_wanted: bool) -> None:
    from nexy.cli.access_tables import accounts_json

    print(accounts_json([account]) if json_wanted else surroundings.words.text(sentence, email=account.email))
