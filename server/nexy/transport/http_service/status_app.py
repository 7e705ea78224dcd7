"""Health and status on :8080."""

from collections.abc import Callable

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from nexy.core.server_report import ServerReport
from nexy.transport.http_service.endpoint import Endpoint, json_reply
from nexy.transport.http_service.http_errors import exception_handlers

_NOTHING_HERE = "there is nothing at this path; this listener has /health and /status"
HEALTH_CACHE = {"Cache-Control": "public, max-age=30"}


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The server answers; the two names hold the same string."""

    status: str
    latest_version: str
    latest_build: str


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """Where the doors are; empty where a door is closed."""

    health: str
    status: str
    grpc: str
    updates: str
    supabase: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Every part by name; `reasons` tells why a part does not run, `switched_off` what an operator turned off.

    `demo`: whether the demo account is on (off, on, waiting, taken; ignored in prod). `devices`: whether a device must
    be paired to speak (off, optional, required).
    """

    status: str
    service: str
    latest_version: str
    latest_build: str
    update_server: str
    endpoints: Endpoints
    modules: dict[str, str]
    environment: str
    reasons: dict[str, str]
    switched_off: list[str]
    demo: str
    devices: str


def status_of(report: ServerReport) -> Status:
    """The documented answer of /status."""
    updates = report.addresses.get("updates", "")
    return Status(
        status="running",
        service="voice-assistant",
        latest_version=report.version,
        latest_build=report.version,
        update_server=updates or "absent",
        endpoints=Endpoints(
            health="/health",
            status="/status",
            grpc=report.addresses.get("grpc", ""),
            updates=updates,
            supabase=report.addresses.get("supabase", ""),
        ),
        modules={name: status.state.value for name, status in report.modules.items()},
        environment=report.environment,
        reasons=report.reasons,
        switched_off=list(report.switched_off),
        demo=report.demo.value,
        devices=report.devices,
    )


def status_app(report: Callable[[], ServerReport]) -> Starlette:
    """The application of the status listener."""

    async def health(_: Request) -> Response:
        version = report().version
        return json_reply(Health(status="OK", latest_version=version, latest_build=version), HEALTH_CACHE)

    async def status(_: Request) -> Response:
        return json_reply(status_of(report()))

    endpoints = (
        Endpoint(path="/health", summary="Whether the server answers", handler=health, reply=Health),
        Endpoint(path="/status", summary="Every part of the server", handler=status, reply=Status),
    )
    return Starlette(
        routes=[endpoint.route() for endpoint in endpoints], exception_handlers=exception_handlers(_NOTHING_HERE)
    )
