"""The API on :8000: health, metrics and its own description; the capabilities add their routes here."""

from collections.abc import Callable, Sequence
from html import escape

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from nexy.core.server_report import ServerReport
from nexy.transport.http_service.endpoint import Door, Endpoint, json_reply, openapi
from nexy.transport.http_service.http_errors import EXCEPTION_HANDLERS
from nexy.transport.http_service.http_metrics import HttpMetrics
from nexy.utils.metrics_collector import EXPOSITION_CONTENT_TYPE, MetricsCollector


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


def _docs_page(version: str, endpoints: tuple[Endpoint, ...]) -> str:
    rows = "".join(
        f"<tr><td>{endpoint.method}</td><td><code>{escape(endpoint.path)}</code></td><td>{escape(endpoint.summary)}</td>"
        for endpoint in endpoints
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Nexy API {escape(version)}</title>"
        "<h1>Nexy API</h1><p>The machine-readable form is <a href=/openapi.json>/openapi.json</a>.</p>"
        f"<table><tr><th>Method<th>Path<th>Purpose</tr>{rows}</table></html>"
    )


def api_app(
    report: Callable[[], ServerReport], metrics: MetricsCollector, version: str, doors: Sequence[Door] = ()
) -> Starlette:
    """The application of the API listener with the doors of the capabilities."""

    async def health(_: Request) -> Response:
        return json_reply(_health_of(report()))

    async def figures(_: Request) -> Response:
        return Response(metrics.exposition(), media_type=EXPOSITION_CONTENT_TYPE)

    async def description(_: Request) -> Response:
        return Response(msgspec.json.encode(openapi("Nexy", version, described)), media_type="application/json")

    async def docs(_: Request) -> Response:
        return HTMLResponse(_docs_page(version, described))

    endpoints = (
        Endpoint(path="/health", summary="Health of every part", handler=health, reply=ApiHealth),
        Endpoint(path="/metrics", summary="Prometheus metrics", handler=figures, media_type="text/plain"),
        Endpoint(path="/openapi.json", summary="This description", handler=description),
        Endpoint(path="/docs", summary="This description for people", handler=docs, media_type="text/html"),
    )
    described = (*endpoints, *(endpoint for door in doors for endpoint in door.endpoints))
    paths = [endpoint.path for endpoint in described]
    return Starlette(
        routes=[*(endpoint.route() for endpoint in endpoints), *(door.mount() for door in doors)],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[Middleware(HttpMetrics, registry=metrics.registry, paths=paths)],
    )
