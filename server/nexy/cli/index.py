"""`nexy index`: code becomes searchable. What a command needs is loaded when it runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from nexy.cli.default_command import DefaultCommand
from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence
    from typing import Any

    from nexy.contracts.code_search import IndexCode, IndexFacts

index_app = typer.Typer(
    cls=DefaultCommand,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    subcommand_metavar="PATH|URL | COMMAND [ARGS]...",
)
_User = Annotated[str, typer.Option("--user", metavar="EMAIL", help=told("index.user_help"))]
_Whose = Annotated[str, typer.Option("--user", metavar="EMAIL", help=told("index.whose_help"))]
_Json = Annotated[bool, typer.Option("--json", help=told("index.json_help"))]
_ListJson = Annotated[bool, typer.Option("--json", help=told("index.list_json_help"))]
_INTERRUPTED = 130


@index_app.command("add", help=told("index.add_help"), no_args_is_help=True)
def add(
    source: Annotated[str, typer.Argument(metavar="PATH|URL", help=told("index.source_help"))],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=told("index.name_help"))] = "",
    user: _User = "",
    branch: Annotated[str, typer.Option("--branch", metavar="BRANCH", help=told("index.branch_help"))] = "",
    watch: Annotated[bool, typer.Option("--watch", help=told("index.watch_help"))] = False,
    as_json: _Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=told("index.quiet_help"))] = False,
    settings: SetFlags = None,
    home: HomeFlag = None,
) -> None:
    """Index once, or go on with every change; exit code 1 where the index does not answer its own test."""
    from nexy.cli.index_run import IndexRun, Shown
    from nexy.contracts.code_search import IndexCode

    surroundings = Surroundings.read(home, settings)
    shown = Shown.JSON if as_json else Shown.NOTHING if quiet else Shown.PAGE
    order = IndexCode(source=source, name=name, branch=branch, watch=watch)
    run = IndexRun(surroundings, shown)
    if not _ran(run.go(order, user), surroundings, order):
        raise typer.Exit(1)


def _ran(work: "Coroutine[Any, Any, bool]", surroundings: Surroundings, order: "IndexCode") -> bool:
    import asyncio
    import sys

    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        # Ctrl-C is how watching ends; a run that is cut short goes on where it was.
        if order.watch:
            return True
        print(surroundings.words.text("index.interrupted"), file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None


@index_app.command("status", help=told("index.status_help"))
def status(user: _Whose = "", as_json: _ListJson = False, home: HomeFlag = None) -> None:
    """Every project, by name."""
    import asyncio

    from nexy.cli.index_table import facts_json, index_page

    surroundings = Surroundings.read(home)
    facts = asyncio.run(_facts(surroundings, user))
    if as_json:
        print(facts_json(facts))
    elif facts:
        index_page(facts, surroundings.words, _owners(surroundings, facts, user), as_operator=not user)
    else:
        print(surroundings.words.text("index.none"))


@index_app.command("remove", help=told("index.remove_help"), no_args_is_help=True)
def remove(
    project: Annotated[str, typer.Argument(metavar="NAME", help=told("index.project_help"))],
    user: _Whose = "",
    as_json: _ListJson = False,
    home: HomeFlag = None,
) -> None:
    """The files stay where they are."""
    import asyncio

    from nexy.cli.index_table import facts_json

    surroundings = Surroundings.read(home)
    facts = asyncio.run(_removed(surroundings, project, user))
    if as_json:
        print(facts_json((facts,)))
    else:
        print(surroundings.words.text("index.removed", name=facts.project, chunks=facts.chunks))


def _owners(surroundings: Surroundings, facts: "Sequence[IndexFacts]", user: str) -> "Mapping[str, str]":
    """Addresses by id, of whoever owns one of the projects; a person sees none but her own."""
    from nexy.cli.access_requests import ask
    from nexy.contracts.accounts import ListAccounts

    owners = {one.owner_id for one in facts if one.owner_id}
    if user or not owners:
        return dict.fromkeys(owners, user)
    return {account.user_id: account.email for account in ask(surroundings, ListAccounts())}


async def _facts(surroundings: Surroundings, user: str) -> "Sequence[IndexFacts]":
    from nexy.cli.code_parts import code_parts
    from nexy.contracts.code_search import DescribeIndexes

    async with code_parts(surroundings, user) as parts:
        return await parts.code.process(DescribeIndexes(user_id=parts.user_id, everyone=not user))


async def _removed(surroundings: Surroundings, project: str, user: str) -> "IndexFacts":
    from nexy.cli.code_parts import code_parts
    from nexy.contracts.code_search import RemoveIndex

    async with code_parts(surroundings, user) as parts:
        return await parts.code.process(RemoveIndex(project=project, user_id=parts.user_id, everyone=not user))
