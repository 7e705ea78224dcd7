"""`nexy search`: ask the index of code. What it needs is loaded when it runs."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told

if TYPE_CHECKING:
    from nexy.contracts.code_search import FindCode, Found


class Kind(StrEnum):
    """The kinds of the contract, which is not loaded to print help; a test compares them."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"
    GRAPH = "graph"


def search(
    words: Annotated[list[str], typer.Argument(metavar="QUERY", help=told("search.query_help"))],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help=told("search.limit_help"))] = 10,
    kind: Annotated[Kind, typer.Option("--type", help=told("search.type_help"))] = Kind.HYBRID,
    language: Annotated[str, typer.Option("--language", metavar="NAME", help=told("search.language_help"))] = "",
    project: Annotated[str, typer.Option("--project", metavar="NAME", help=told("search.project_help"))] = "",
    user: Annotated[str, typer.Option("--user", metavar="EMAIL", help=told("search.user_help"))] = "",
    lines: Annotated[int, typer.Option("--lines", min=0, max=500, help=told("search.lines_help"))] = 6,
    as_json: Annotated[bool, typer.Option("--json", help=told("search.json_help"))] = False,
    settings: SetFlags = None,
    home: HomeFlag = None,
) -> None:
    """Exit code 1 where nothing was found, as search programs do."""
    import asyncio

    from nexy.cli.found_page import FoundPage, found_json
    from nexy.contracts.code_search import FindCode, SearchKind
    from nexy.utils.code_languages import normal_name

    surroundings = Surroundings.read(home, settings)
    request = FindCode(
        query=" ".join(words), kind=SearchKind(kind.value), limit=limit, language=normal_name(language),
        project_id=project,
    )  # fmt: skip
    found = asyncio.run(_found(surroundings, request, user))
    if as_json:
        print(found_json(found, request))
    else:
        FoundPage(surroundings.words, lines).show(found)
    if not found.hits:
        raise typer.Exit(1)


async def _found(surroundings: Surroundings, request: "FindCode", user: str) -> "Found":
    from dataclasses import replace

    from nexy.cli.code_parts import code_parts

    async with code_parts(surroundings, user) as parts:
        found = await parts.code.process(replace(request, user_id=parts.user_id))
        await parts.keep(found.calls)
        return found
