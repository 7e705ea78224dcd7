"""The first thing that a request meets: gate, table of fast doors, metrics; everything else goes to the framework."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nexy.contracts.errors import Internal, NexyError, NotFound, ValidationFailed
from nexy.transport.http_service.exchange import ClientGone, Exchange, Headers, heads_of
from nexy.transport.http_service.gate import Gate
from nexy.transport.http_service.http_errors import NOTHING_HERE
from nexy.transport.http_service.http_metrics import HttpMetrics

Handler = Callable[[Exchange], Awaitable[None]]
Refuse = Callable[[Exchange, NexyError], Awaitable[None]]
_CLIENT_GONE = 499
_OTHER = "other"
_log = logging.getLogger("nexy.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class FastRoute:
    """A path with one method, who answers, how a refusal looks, and what the description says of it.

    A path that ends in `{name}` takes whatever stands there. `statuses` are the refusals that are declared, `success`
    is the status otherwise (204: no body), `query` names what may stand behind the path. What is `hidden` is not
    described. With `rows` it takes and gives JSON whose fields are a table's columns. `example` is a body to begin
    with.
    """

    path: str
    handler: Handler
    refuse: Refuse
    summary: str
    method: str = "POST"
    body: type[msgspec.Struct] | None = None
    reply: type[msgspec.Struct] | None = None
    refusal: type[msgspec.Struct] | None = None
    one_of: Sequence[str] = ()
    takes_forms: bool = False
    streams: bool = False
    statuses: Sequence[int] = ()
    success: int = 200
    places: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    rows: bool = False
    example: Mapping[str, object] = field(default_factory=dict)


class Front:
    """ASGI application around the framework's."""

    def __init__(
        self,
        rest: ASGIApp,
        routes: Sequence[FastRoute],
        gate: Gate,
        metrics: HttpMetrics,
        refuse: Refuse,
        closed: Mapping[str, Refuse] | None = None,
    ) -> None:
        """`refuse` is how everything but the routes refuses; below the prefixes of `closed` there is nothing else."""
        self._rest = rest
        self._refuse_all = refuse
        self._closed = closed or {}
        self._gate = gate
        self._metrics = metrics
        self._exact: dict[str, dict[str, FastRoute]] = {}
        self._below: dict[str, dict[str, FastRoute]] = {}
        for route in routes:
            start, place, _ = route.path.partition("{")
            (self._below if place else self._exact).setdefault(start, {})[route.method] = route

    def beside(self, rest: ASGIApp, routes: Sequence[FastRoute], gate: Gate) -> "Front":
        """Another application with these routes, whose requests are counted with those of this one."""
        metrics = self._metrics.beside(rest)
        return Front(metrics, routes, gate, metrics, self._refuse_all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the framework do so."""
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send, heads_of(scope))
        routes = self._exact.get(exchange.path) or self._routes_below(exchange.path)
        if routes is None:
            await self._pass_on(exchange, scope, receive, send)
            return
        route = next(iter(routes.values()))
        try:
            await self._answer(exchange, routes)
        except ClientGone:
            exchange.status = _CLIENT_GONE
        except NexyError as refused:
            await self._refuse(route, exchange, refused)
        except Exception as defect:  # noqa: BLE001  the edge: nothing of it may reach the client
            context = {"method": route.path, "decision": "error"}
            _log.error("defect in a request", extra=context, exc_info=defect)
            await self._refuse(route, exchange, Internal("internal error; the server's log has the details"))
        finally:
            self._metrics.count(exchange.method, route.path, exchange.status, time.monotonic() - exchange.began)

    async def _answer(self, exchange: Exchange, routes: Mapping[str, FastRoute]) -> None:
        self._gate.refuse_strangers(exchange)
        route = routes.get("GET" if exchange.method == "HEAD" else exchange.method)
        if route is not None:
            await route.handler(exchange)
        elif self._gate.asks_first(exchange):
            await self._gate.allow(exchange)
        else:
            allowed = ", ".join([*routes, *(["HEAD"] if "GET" in routes else [])])
            exchange.extra = (*exchange.extra, (b"allow", allowed.encode()))
            raise ValidationFailed("this path does not take this method", code="method_not_allowed")

    @staticmethod
    async def _refuse(route: FastRoute, exchange: Exchange, refused: NexyError) -> None:
        if not exchange.status:
            await route.refuse(exchange, refused)

    def _routes_below(self, path: str) -> Mapping[str, FastRoute] | None:
        for start, routes in self._below.items():
            if path.startswith(start) and len(path) > len(start):
                return routes
        return None

    async def _pass_on(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        """The framework's own paths: the same gate, and CORS headers on whatever it replies."""
        closed = next((refuse for prefix, refuse in self._closed.items() if exchange.path.startswith(prefix)), None)
        try:
            self._gate.refuse_strangers(exchange)
            if self._gate.asks_first(exchange):
                await self._gate.allow(exchange)
            elif closed is not None:
                raise NotFound(NOTHING_HERE, code="not_found")
            else:
                await self._rest(scope, receive, _with(exchange.extra, send) if exchange.extra else send)
                return
        except NexyError as refused:
            await (closed or self._refuse_all)(exchange, refused)
        self._metrics.count(exchange.method, _OTHER, exchange.status, time.monotonic() - exchange.began)


def _with(extra: Headers, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *extra]}
        await send(message)

    return sending
