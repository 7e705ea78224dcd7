"""How each provider of language models does, for `nexy providers` and whoever watches."""

import msgspec

from nexy.contracts.routing import ProviderFacts
from nexy.transport.http_service.api.refusals import refuse
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.exchange import Exchange
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.http_errors import ErrorReply
from nexy.workflows.code_assistance import CodeAssistance

_STATUSES = (401, 403, 405, 429, 500, 503)


class ProviderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One provider; latencies are those to the first content of its last calls, the cost since the start in USD.

    `variable` configures it; `unpriced_calls` have no price and are not in the cost.
    """

    name: str
    model: str
    configured: bool
    variable: str
    breaker: str
    last_error: str
    calls: int
    failures: int
    p50_ms: float | None
    p95_ms: float | None
    cost_usd: str
    unpriced_calls: int


class ProvidersReply(msgspec.Struct, frozen=True, kw_only=True):
    """Every provider that Nexy knows, in a fixed order."""

    providers: list[ProviderRow]


def providers_route(assistance: CodeAssistance, callers: Callers) -> FastRoute:
    """GET /api/v1/providers."""

    async def providers(exchange: Exchange) -> None:
        await callers.admit(exchange)
        rows = [_row(one) for one in await assistance.providers()]
        await exchange.reply(200, msgspec.json.encode(ProvidersReply(providers=rows)))

    return FastRoute(
        path="/api/v1/providers",
        summary="How each provider does",
        handler=providers,
        refuse=refuse,
        method="GET",
        reply=ProvidersReply,
        refusal=ErrorReply,
        statuses=_STATUSES,
    )


def _row(facts: ProviderFacts) -> ProviderRow:
    return msgspec.convert(facts, ProviderRow, from_attributes=True)
