"""A database made ready: the embedded server held, or the outside one entered; its schema and its app login."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg

from nexy.config.database_section import DatabaseSection
from nexy.contracts.errors import StartFailed
from nexy.modules.database.addresses import Address, parse_url
from nexy.modules.database.connecting import connect, disconnect, refuse_old, why_not
from nexy.modules.database.embedded.provisioning import provision
from nexy.modules.database.embedded.supervisor import EmbeddedServer, EmbeddedSupervisor
from nexy.modules.database.failures import DRIVER_ERRORS
from nexy.modules.database.migrating import migrate, read_state
from nexy.modules.database.migration_files import Migration, packaged_migrations
from nexy.modules.database.roles import (
    APP,
    OWNER,
    derived_app_password,
    let_in,
    refuse_missing_rights,
    refuse_unfit_app,
)

_POLL_SECONDS = 0.02
EMBEDDED = "embedded PostgreSQL"
_LOGIN_REFUSED = (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)
_NOT_PROVISIONED = (*_LOGIN_REFUSED, asyncpg.InvalidCatalogNameError)


class OpenDatabase:
    """One process's way to the database: `owner` migrates, `app` serves."""

    def __init__(self, section: DatabaseSection) -> None:
        self._section = section
        self.supervisor = None if section.url else EmbeddedSupervisor(Path(section.home), section.config)
        self.server: EmbeddedServer | None = None
        self.owner: Address
        self.app: Address

    @property
    def variable(self) -> str:
        """What an operator mends when it does not work."""
        return "DATABASE_URL" if self._section.url else EMBEDDED

    @property
    def app_variable(self) -> str:
        """The same for the app's login."""
        return "DATABASE_APP_URL" if self._section.url and self._section.config.app_url else self.variable

    async def open(self) -> None:
        """Find out the addresses and see that the server answers; raises `StartFailed` in one line."""
        if self.supervisor is not None:
            self.server = await self.supervisor.start()
            self.owner = self.server.address(OWNER, self.server.passwords.owner)
            self.app = self.server.address(APP, self.server.passwords.app)
            await self._until_ready(self.server)
            return
        self.owner = parse_url(self._section.url, "outside.database_url", "DATABASE_URL")
        own = self._section.config.app_url
        if own:
            self.app = parse_url(own, "database.app_url", "DATABASE_APP_URL")
        else:
            self.app = self.owner.as_user(APP, derived_app_password(self.owner))

    async def close(self) -> None:
        """Let go of the embedded server; the last one to do so ends it."""
        if self.supervisor is not None:
            await self.supervisor.stop()

    def beside(self, database: str) -> "OpenDatabase":
        """The same logins on another database of the same server; it is held by this one, and closed with it."""
        other = OpenDatabase(self._section)
        other.supervisor = None
        other.server = self.server
        other.owner = replace(self.owner, database=database)
        other.app = replace(self.app, database=database)
        return other

    @property
    def patience_seconds(self) -> float:
        """How long one connection may take to be made."""
        return self._section.config.connect_timeout_seconds

    async def _until_ready(self, server: EmbeddedServer) -> None:
        """Wait until the owner can enter; in a new data folder the administrator makes it first."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._section.config.start_timeout_seconds
        provisioned = False
        while True:
            try:
                await (await connect(self.owner, self.patience_seconds)).close()
            except _NOT_PROVISIONED as problem:
                if provisioned:
                    raise why_not(problem, self.owner, self.variable) from problem
                await self._provision(server)
                provisioned = True
            except DRIVER_ERRORS as problem:
                self._refuse_hopeless(problem, late=clock() > deadline)
                await asyncio.sleep(_POLL_SECONDS)
            else:
                return

    async def _provision(self, server: EmbeddedServer) -> None:
        try:
            await provision(server, self.patience_seconds)
        except _LOGIN_REFUSED as problem:
            passwords = server.layout.passwords
            mismatch = f"{passwords} does not belong to the data in {server.layout.data}; restore one to the other"
            raise StartFailed(mismatch, code="database_login") from problem
        except DRIVER_ERRORS as problem:
            raise why_not(problem, server.administrator, self.variable) from problem

    def _refuse_hopeless(self, problem: BaseException, *, late: bool) -> None:
        assert self.supervisor is not None
        if late or not self.supervisor.guarded():
            reason = self.supervisor.reason() or str(problem) or type(problem).__name__
            raise StartFailed(f"{EMBEDDED} does not start: {reason}", code="database_start") from problem

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[Any]:
        """A connection that may change the schema; raises `StartFailed` in one line when there is none."""
        try:
            connection = await connect(self.owner, self.patience_seconds)
        except DRIVER_ERRORS as problem:
            raise why_not(problem, self.owner, self.variable) from problem
        try:
            version = connection.get_server_version()
            refuse_old((version.major,), self.variable)
            yield connection
        finally:
            await disconnect(connection, self.patience_seconds)

    async def bring_up(self, *, post: bool = False) -> list[Migration]:
        """Apply what is missing and let the app in; the steps that were applied."""
        steps = packaged_migrations()
        async with self.as_owner() as connection:
            state = await read_state(connection, steps)
            if state.pending or (post and state.pending_post):
                await refuse_missing_rights(connection, self.owner.user)
            applied = await migrate(connection, steps, post=post)
            await self._let_app_in(connection)
        return list(applied)

    async def _let_app_in(self, connection: Any) -> None:  # noqa: ANN401  an asyncpg connection
        try:
            probe = await connect(self.app, self.patience_seconds)
        except _LOGIN_REFUSED as problem:
            if self._section.config.app_url:
                raise why_not(problem, self.app, self.app_variable) from problem
            await let_in(connection, APP, self.app.password)
        except DRIVER_ERRORS as problem:
            raise why_not(problem, self.app, self.app_variable) from problem
        else:
            try:
                await refuse_unfit_app(probe, self.app, self.app_variable)
            finally:
                await disconnect(probe, self.patience_seconds)
