"""The API on :8000: health, metrics and its own description; the capabilities add their routes here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from nexy.config.api_section import ApiConfig
from nexy.contracts.module import ModuleState
from nexy.core.server_report import ServerReport
from nexy.transport.http_service.api.door import api_routes
from nexy.transport.http_service.api.refusals import refuse
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.description import described
from nexy.transport.http_service.docs_page import docs_page
from nexy.transport.http_service.endpoint import Door, Endpoint, json_reply, openapi
from nexy.transport.http_service.focus.guard import Guard
from nexy.transport.http_service.front import FastRoute, Front
from nexy.transport.http_service.gate import Gate
from nexy.transport.http_service.http_errors import EXCEPTION_HANDLERS
from nexy.transport.http_service.http_metrics import HttpMetrics
from nexy.transport.http_service.openai.door import OPENAI_PREFIX, openai_routes
from nexy.transport.http_service.openai.refusals import refuse as refuse_openai
from nexy.transport.http_service.person_doors import PersonDoors
from nexy.transport.http_service.providers_api import providers_route
from nexy.utils.metrics_collector import EXPOSITION_CONTENT_TYPE, MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.admission import Admission
from nexy.workflows.code_assistance import CodeAssistance

_GONE = 503


class ApiHealth(msgspec.Struct, frozen=True, kw_only=True):
    """`degraded` when a part that was meant to run does not; a provider is configured, or fails with a code."""

    status: str
    version: str
    uptime_seconds: float
    services: dict[str, str]
    providers: dict[str, str]


def _health_of(report: ServerReport) -> ApiHealth:
    words = report.modules.get("ai_router")
    return ApiHealth(
        status="degraded" if report.degraded else "healthy",
        version=report.version,
        uptime_seconds=round(report.uptime_seconds, 3),
        services={name: status.state.value for name, status in report.modules.items()},
        providers=dict(words.parts) if words else {},
    )


def _database_is_gone(report: ServerReport) -> bool:
    """Whether there was a database when the server started, and it does not answer now."""
    status = report.modules.get("database")
    return report.database is not None and status is not None and status.state is not ModuleState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDoors:
    """What the doors of the code assistant and of the OpenAI wire need."""

    assistance: CodeAssistance
    limiter: RateLimiter
    config: ApiConfig
    admission: Admission | None = None
    persons: PersonDoors | None = None

    def routes(self) -> Sequence[FastRoute]:
        """Every fast route; raises `ConfigurationInvalid` for keys that are none."""
        callers = Callers(self.config, self.limiter, self.admission)
        own = api_routes(self.assistance, callers, self.config)
        providers = providers_route(self.assistance, callers)
        return (*own, providers, *openai_routes(self.assistance, callers, self.config), *self.person_routes())

    def person_routes(self) -> Sequence[FastRoute]:
        """Those that the Supabase clients know."""
        if self.persons is None:
            return ()
        return self.persons.routes(Callers(self.config, self.limiter, self.admission), self.config)

    def guard(self) -> Guard | None:
        """What looks at tokens and keys where none is needed."""
        if self.admission is None:
            return None
        return Guard(admission=self.admission, callers=Callers(self.config, self.limiter, self.admission))


def api_app(
    report: Callable[[], ServerReport],
    metrics: MetricsCollector,
    version: str,
    code: CodeDoors | None = None,
    doors: Sequence[Door] = (),
) -> ASGIApp:
    """The application of the API listener with the doors of the capabilities; bare, it only tells of itself."""

    async def health(_: Request) -> Response:
        now = report()
        return json_reply(_health_of(now), status=_GONE if _database_is_gone(now) else 200)

    async def figures(_: Request) -> Response:
        if code is not None:
            await code.assistance.show_figures()
        return Response(metrics.exposition(), media_type=EXPOSITION_CONTENT_TYPE)

    async def description(_: Request) -> Response:
        return Response(document, media_type="application/json")

    async def docs(_: Request) -> Response:
        return HTMLResponse(page)

    fast = code.routes() if code is not None else ()
    port = code.config.port if code is not None else 0
    endpoints = (
        Endpoint(path="/health", summary="Health of every part", handler=health, reply=ApiHealth, also=(_GONE,)),
        Endpoint(path="/metrics", summary="Prometheus metrics", handler=figures, media_type="text/plain"),
        Endpoint(path="/openapi.json", summary="This description", handler=description),
        Endpoint(path="/docs", summary="This description for people", handler=docs, media_type="text/html"),
    )
    plain = (*endpoints, *(endpoint for door in doors for endpoint in door.endpoints))
    page = docs_page(version, (*(one for one in fast if not one.hidden), *plain), port)
    document = msgspec.json.encode(described(openapi("Nexy", version, plain), fast))
    routes = [*(endpoint.route() for endpoint in endpoints), *(door.mount() for door in doors)]
    app = Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS)
    counted = HttpMetrics(app, metrics.registry, [endpoint.path for endpoint in plain])
    if code is None:
        return counted
    return Front(counted, fast, Gate(code.config), counted, refuse, {OPENAI_PREFIX: refuse_openai})
