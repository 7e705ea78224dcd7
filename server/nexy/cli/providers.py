"""`nexy providers`: who answers, how quickly, at what cost, and what to set for the others."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nexy.cli.page import plain_console
from nexy.cli.parts import running_parts
from nexy.cli.surroundings import HomeFlag, Surroundings, told
from nexy.contracts.capabilities import WORDS
from nexy.contracts.errors import Unauthenticated, Unavailable
from nexy.contracts.routing import BreakerState, DescribeProviders, ProviderFacts
from nexy.messages.catalogue import Catalogue
from nexy.utils.addresses import reachable

_COLUMNS = ("name", "model", "state", "calls", "failed", "p50", "p95", "cost")
_RIGHT = frozenset(("calls", "failed", "p50", "p95", "cost"))
_NOTHING = "–"
_NO_KEY = 401
# Codes of failed attempts without their "provider_", each with a text of its own.
_EXPLAINED = frozenset((
    "unreachable", "connect_timeout", "first_token_timeout", "between_tokens_timeout", "whole_answer_timeout", "429",
    "402", "died", "garbage", "empty", "blocked", "answer_too_large", "auth", "refused", "private_address",
))  # fmt: skip


def providers(
    as_json: Annotated[bool, typer.Option("--json", help=told("providers.json_help"))] = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help=told("providers.watch_help"))] = False,
    seconds: Annotated[float, typer.Option("--every", min=0.2, max=3600, help=told("providers.every_help"))] = 2.0,
    key: Annotated[str, typer.Option("--key", metavar="KEY", help=told("providers.key_help"))] = "",
    home: HomeFlag = None,
) -> None:
    """Print the running server's providers, without a server the configured ones."""
    surroundings = Surroundings.read(home)
    if as_json:
        print(json.dumps({"providers": msgspec.to_builtins(_ask(surroundings, key))}, indent=2))
    elif watch:
        _watch(surroundings, key, seconds)
    else:
        plain_console().print(_page(surroundings, key))


def _watch(surroundings: Surroundings, key: str, seconds: float) -> None:
    """The page again and again, until Ctrl-C."""
    try:
        with Live(_page(surroundings, key), console=plain_console(), auto_refresh=False) as live:
            while True:
                time.sleep(seconds)
                live.update(_page(surroundings, key), refresh=True)
    except KeyboardInterrupt:
        return


def _page(surroundings: Surroundings, key: str) -> Group:
    facts = _ask(surroundings, key)
    parts: list[Table | Text] = [providers_table(facts, surroundings.words)]
    if surroundings.running_server() is None:
        parts.append(Text(surroundings.words.text("providers.no_server"), style="yellow"))
    parts += [Text(note) for one in facts for note in provider_notes(one, surroundings.words)]
    return Group(*parts)


def provider_notes(one: ProviderFacts, words: Catalogue) -> Iterator[str]:
    """What the line of the table has no room for: the last failure, calls without a price, what is missing."""
    if not one.configured:
        variable = one.variable.replace(" or ", f" {words.text('providers.or')} ")
        yield words.text("providers.missing", name=one.name, variable=variable)
    if one.last_error:
        yield words.text("providers.last_error", name=one.name, code=one.last_error, why=_why(one, words))
    if one.unpriced_calls:
        yield words.text("providers.unpriced", name=one.name, calls=one.unpriced_calls)


def _why(one: ProviderFacts, words: Catalogue) -> str:
    """The last failure in plain words, with what mends it where somebody can."""
    kind = one.last_error.removeprefix("provider_")
    if kind in _EXPLAINED:
        return words.text(f"provider_failure.{kind}", variable=one.variable.partition(" or ")[0])
    if kind.isdecimal():
        return words.text("provider_failure.status", status=kind)
    return words.text("provider_failure.other")


def _ask(surroundings: Surroundings, key: str) -> Sequence[ProviderFacts]:
    server = surroundings.running_server()
    if server is None:
        return asyncio.run(_configured(surroundings))
    return _of_server(server.doors["api"], key or _configured_key(surroundings.config.api.keys))


def _configured_key(keys: str) -> str:
    """Whoever may read the server's configuration may ask it: the first of NAME=KEY."""
    return keys.partition(",")[0].partition("=")[2].strip()


async def _configured(surroundings: Surroundings) -> Sequence[ProviderFacts]:
    async with running_parts(surroundings, (WORDS,)) as coordinator:
        facts: Sequence[ProviderFacts] = await coordinator.get(WORDS).process(DescribeProviders())
        return facts


class _Reply(msgspec.Struct):
    providers: list[ProviderFacts]


def _of_server(address: str, key: str = "") -> Sequence[ProviderFacts]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(f"http://{reachable(address)}/api/v1/providers", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:  # noqa: S310  http, see above
            return msgspec.json.decode(reply.read(), type=_Reply).providers
    except urllib.error.HTTPError as refused:
        with refused:
            if refused.code == _NO_KEY:
                raise Unauthenticated("the server asks for a key: --key, or one of its own in NEXY_API_KEYS") from None
        raise Unavailable(f"the server at {address} refuses: {refused}") from refused
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise Unavailable(f"the server at {address} does not answer: {problem}") from problem


def providers_table(facts: Sequence[ProviderFacts], words: Catalogue) -> Table:
    """One line for each provider; those that cannot be asked are dim, those in trouble red."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in _COLUMNS:
        table.add_column(
            words.text(f"providers.column_{column}"), justify="right" if column in _RIGHT else "left", overflow="fold"
        )
    for one in facts:
        style = "dim" if not one.configured else "red" if one.last_error else ""
        table.add_row(*_cells(one, words), style=style)
    return table


def _cells(one: ProviderFacts, words: Catalogue) -> Sequence[str]:
    figures = (str(one.calls), str(one.failures), _milliseconds(one.p50_ms), _milliseconds(one.p95_ms), _dollars(one))
    return (
        one.name,
        one.model or _NOTHING,
        words.text(f"providers.{_state(one)}"),
        *(figures if one.configured else (_NOTHING,) * len(figures)),
    )


def _dollars(one: ProviderFacts) -> str:
    """Nothing where no call had a price."""
    spent = float(one.cost_usd)
    return _NOTHING if one.unpriced_calls and not spent else f"{spent:.4f}"


def _state(one: ProviderFacts) -> str:
    if not one.configured:
        return "not_configured"
    if one.breaker is not BreakerState.CLOSED:
        return f"breaker_{one.breaker.value}"
    return "failing" if one.last_error else "ready"


def _milliseconds(latency: float | None) -> str:
    return _NOTHING if latency is None else f"{latency:.0f}"
