"""The database as a capability: opened, brought up to date, served through a pool, watched."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, TypeVar

from nexy.config.database_section import DatabaseSection
from nexy.contracts.database import SERVICE, Claims, DatabaseFacts, DescribeDatabase, Transaction
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.database.connecting import why_not
from nexy.modules.database.failures import DRIVER_ERRORS
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.database.pool import DatabasePool
from nexy.utils.named_sql import named_sql
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")
_SQL = named_sql("nexy.modules.database")


class DatabaseModule(UniversalModuleInterface):
    """`contracts.Database` for everybody else; raises `StartFailed` in one line when there is no database to have."""

    requires: ClassVar[Sequence[str]] = ()

    def __init__(self) -> None:
        self._open: OpenDatabase | None = None
        self._pool: DatabasePool | None = None
        self._supervisor = TaskSupervisor("database")
        self._handlers = RequestHandlers()
        self._handlers.on(DescribeDatabase, self._describe)

    async def initialize(self, section: DatabaseSection, peers: Peers) -> None:
        """Find or start the server, apply pending migrations (not the post ones), open the pool."""
        self._open = OpenDatabase(section)
        await self._open.open()
        await self._open.bring_up()
        pool = DatabasePool(self._open.app, section.config)
        try:
            await pool.open()
        except DRIVER_ERRORS as problem:
            raise why_not(problem, self._open.app, self._open.app_variable) from problem
        self._pool = pool
        if self._open.supervisor is not None:
            self._supervisor.spawn(self._watch(section.config.check_seconds))

    async def _watch(self, check_seconds: float) -> None:
        """Bring a guard back that somebody killed; the guard brings back the server."""
        while self._open is not None and self._open.supervisor is not None:
            await asyncio.sleep(check_seconds)
            await self._open.supervisor.ensure_guard()

    def transaction(self, claims: Claims) -> AbstractAsyncContextManager[Transaction]:
        """See `contracts.Database.transaction`."""
        if self._pool is None:
            raise Unavailable("the database is not running", code="database_unavailable")
        return self._pool.transaction(claims)

    async def process(self, request: Request[R]) -> R:
        """Answer `DescribeDatabase`."""
        return await self._handlers.answer(request)

    async def _describe(self, request: DescribeDatabase) -> DatabaseFacts:
        assert self._open is not None
        async with self.transaction(SERVICE) as transaction:
            described = (await transaction.fetch(_SQL["describe"]))[0]
            vectors = (await transaction.fetch(_SQL["has_vectors"]))[0]
            ledger = await transaction.fetch(_SQL["read_ledger"])
        return DatabaseFacts(
            version=str(described["version"]).split(" ", 1)[0],
            address=self._open.app.named(),
            embedded=self._open.server is not None,
            schema_version=max((int(str(row["version"])) for row in ledger), default=0),
            vectors=bool(vectors["exists"]),
        )

    async def cleanup(self) -> None:
        """Close the pool and let go of the embedded server; the last user's end is the server's."""
        await self._supervisor.cleanup()
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()
        opened, self._open = self._open, None
        if opened is not None:
            await opened.close()

    def status(self) -> ModuleStatus:
        """Running, or degraded while the server does not answer; says where the data lies when not in the home."""
        if self._pool is None or self._open is None:
            return ModuleStatus(state=ModuleState.STOPPED)
        if not self._pool.answers:
            return ModuleStatus(state=ModuleState.DEGRADED, detail=f"{self._open.variable} does not answer")
        server = self._open.server
        moved = f"data in {server.layout.data}" if server is not None and server.layout.moved else ""
        return ModuleStatus(state=ModuleState.RUNNING, detail=moved)
