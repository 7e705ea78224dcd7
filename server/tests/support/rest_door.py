"""/rest/v1 over the real module part and a real database; only tokens are made up."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
from starlette.types import ASGIApp

from nexy.config.access_section import RestConfig
from nexy.config.api_section import ApiConfig
from nexy.contracts.access import NOBODY, Caller, Role, Scope, VerifyKey, VerifyToken
from nexy.contracts.capabilities import ACCESS
from nexy.contracts.database import SERVICE, Database
from nexy.contracts.errors import Unauthenticated
from nexy.contracts.request import Request, RequestHandlers
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.modules.access.rest_query import RestQuery
from nexy.transport.http_service.api.refusals import refuse
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.front import Front
from nexy.transport.http_service.gate import Gate
from nexy.transport.http_service.http_metrics import HttpMetrics
from nexy.transport.http_service.rest.door import rest_routes
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.admission import Admission
from nexy.workflows.rows import Rows
from support.asgi import Answer, fetch
from support.clock import FakeClock
from support.postgres import TestServer

R = TypeVar("R")
ANON, OLD, STRANGE = "eyJ.anon", "eyJ.old", "eyJ.strange"
NO_REST_KEY, REVOKED_KEY = "nexy_without_rest", "nexy_revoked"
CLIENT = {"x-client-info": "supabase-js/2.0"}
_NEW_PERSON = "INSERT INTO users (id, kind) VALUES ($1::text::uuid, 'person')"


class MadeUpAccess:
    """As the module `access` answers: `eyJ.<uuid>` and `nexy_<uuid>` are that person, and rows are real."""

    def __init__(self, rows: RestQuery | None) -> None:
        self._handlers = RequestHandlers()
        self._handlers.on(VerifyToken, self._verify)
        self._handlers.on(VerifyKey, self._verify_key)
        if rows is not None:
            rows.register(self._handlers)

    async def process(self, request: Request[R]) -> R:
        return await self._handlers.answer(request)

    async def _verify(self, shown: VerifyToken) -> Caller:
        if shown.token == ANON:
            return NOBODY
        if shown.token == OLD:
            raise Unauthenticated("The token is over.", code="token_expired")
        if shown.token == STRANGE:
            raise Unauthenticated("The token is not good.")
        return Caller(role=Role.AUTHENTICATED, user_id=shown.token.removeprefix("eyJ."))

    async def _verify_key(self, shown: VerifyKey) -> Caller:
        if shown.key == REVOKED_KEY:
            raise Unauthenticated("the key is not valid", code="invalid_key")
        if shown.key == NO_REST_KEY:
            return Caller(role=Role.AUTHENTICATED, user_id=str(uuid4()), scopes=frozenset((Scope.CODE,)))
        return Caller(role=Role.AUTHENTICATED, user_id=shown.key.removeprefix("nexy_"), scopes=frozenset((Scope.REST,)))


@dataclass(frozen=True, kw_only=True)
class RestDoor:
    """The door; `person` signs somebody up, and her token goes with each request unless another header says else."""

    app: ASGIApp
    clock: FakeClock
    metrics: MetricsCollector
    database: Database | None = None

    async def person(self) -> str:
        """A new person's token."""
        user_id = str(uuid4())
        assert self.database is not None
        async with self.database.transaction(SERVICE) as transaction:
            await transaction.execute(_NEW_PERSON, user_id)
        return f"eyJ.{user_id}"

    async def ask(
        self,
        token: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request to /rest/v1/…; a body that is no bytes is sent as JSON."""
        path, _, query = path.partition("?")
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        shown = {"authorization": f"Bearer {token}"} if token else {}
        return await fetch(self.app, f"/rest/v1/{path}", method=method, query=query, body=sent,
                           headers={**shown, **(headers or {})})  # fmt: skip


def rest_app(
    module: object | None, clock: FakeClock, config: RestConfig, api: ApiConfig
) -> tuple[ASGIApp, MetricsCollector]:
    """The door alone, behind the gate."""
    coordinator = ModuleCoordinator()
    if module is not None:
        coordinator.provide(ACCESS, module)
    limits = api.limits
    callers = Callers(api, RateLimiter(limits.per_second, limits.burst, limits.max_callers, clock))
    routes = rest_routes(Rows(coordinator), Admission(coordinator), callers, config, limits)
    collector = MetricsCollector(60, clock)
    metrics = HttpMetrics(_nothing_else, collector.registry, [])
    return Front(_nothing_else, routes, Gate(api), metrics, refuse), collector


@asynccontextmanager
async def rest_door(
    database: Database | None = None, config: RestConfig | None = None, api: ApiConfig | None = None
) -> AsyncIterator[RestDoor]:
    """The door over this database; without one there is nobody to ask for rows."""
    clock, wanted = FakeClock(), config or RestConfig()
    query = RestQuery(wanted, database, clock.monotonic) if database is not None else None
    app, metrics = rest_app(MadeUpAccess(query), clock, wanted, api or ApiConfig())
    yield RestDoor(app=app, clock=clock, metrics=metrics, database=database)


async def as_owner(postgres: TestServer, name: str, *statements: str) -> None:
    """Change the schema of a test's own database."""
    owner = await asyncpg.connect(**postgres.login(postgres.owner, name))
    try:
        for statement in statements:
            await owner.execute(statement)
    finally:
        await owner.close()


async def _nothing_else(scope: object, receive: object, send: object) -> None:
    raise AssertionError("not the door's own path")
