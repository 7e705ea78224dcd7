"""/auth/v1 over a module in memory, or over any other that answers the same requests."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nexy.config.access_section import AccessConfig
from nexy.config.api_section import ApiConfig
from nexy.contracts.capabilities import ACCESS
from nexy.contracts.module import UniversalModuleInterface
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.transport.http_service.api.refusals import refuse
from nexy.transport.http_service.auth.door import auth_routes
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.description import described
from nexy.transport.http_service.endpoint import openapi
from nexy.transport.http_service.front import Front
from nexy.transport.http_service.gate import Gate
from nexy.transport.http_service.http_metrics import HttpMetrics
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.accounts import Accounts
from support.asgi import Answer, fetch
from support.clock import FakeClock
from support.fake_access import FakeAccess

WHO = {"email": "ann@example.com", "password": "a long password"}


@dataclass(frozen=True, kw_only=True)
class AuthDoor:
    """The application, and the module behind it where it is the one in memory."""

    app: ASGIApp
    access: FakeAccess


async def _nothing_else(scope: object, receive: object, send: object) -> None:
    raise AssertionError("not the door's own path")


def auth_app(module: UniversalModuleInterface | None, api: ApiConfig, access: AccessConfig) -> ASGIApp:
    """The door and its description, behind the gate; without a module it has nobody to ask."""
    coordinator, clock = ModuleCoordinator(), FakeClock()
    if module is not None:
        coordinator.provide(ACCESS, module)
    limits = api.limits
    callers = Callers(api, RateLimiter(limits.per_second, limits.burst, limits.max_callers, clock))
    routes = auth_routes(Accounts(coordinator), callers, access, limits)
    metrics = HttpMetrics(_nothing_else, MetricsCollector(60, clock).registry, [])
    document = msgspec.json.encode(described(openapi("Nexy", "1", ()), routes))

    async def description(_: Request) -> Response:
        return Response(document, media_type="application/json")

    rest = Starlette(routes=[Route("/openapi.json", description)])
    return Front(rest, routes, Gate(api), metrics, refuse)


@asynccontextmanager
async def auth_door(api: ApiConfig | None = None, access: AccessConfig | None = None) -> AsyncIterator[AuthDoor]:
    """The door over the module in memory."""
    module = FakeAccess()
    yield AuthDoor(app=auth_app(module, api or ApiConfig(), access or AccessConfig()), access=module)


def auth_door_over(module: UniversalModuleInterface) -> ASGIApp:
    """The door over this module, configured as it comes."""
    return auth_app(module, ApiConfig(), AccessConfig())


async def ask(app: ASGIApp, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Answer:
    """One request with JSON in it, as the clients send it."""
    path, _, query = path.partition("?")
    told = {"Content-Type": "application/json;charset=UTF-8", **headers}
    if token:
        told["Authorization"] = f"Bearer {token}"
    raw = b"" if body is None else json.dumps(body).encode()
    return await fetch(app, f"/auth/v1/{path}", method=method, body=raw, headers=told, query=query)


async def signed_up(app: ASGIApp, **more: Any) -> Any:
    """Both tokens and the person."""
    answer = await ask(app, "POST", "signup", {**WHO, **more})
    assert answer.status == 200, answer.body
    return answer.json
