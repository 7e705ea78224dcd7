"""Databases that are made beside the real one, to be proven and then dropped or put in its place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg

from nexy.contracts.errors import StartFailed
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.shelf import new_name, stamp
from nexy.modules.database.connecting import connect, why_not
from nexy.modules.database.failures import DRIVER_ERRORS
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database.backup")
# Where one can stand while other databases are made, renamed and dropped.
_ENTRANCES = ("postgres", "template1")
_LONGEST_PREFIX = 30  # bytes of the 63 that PostgreSQL lets a name have
_SWAP_ATTEMPTS = 20
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)
_SWAP_PAUSE_SECONDS = 0.1


class Workshop:
    """One at a time for each database; what a killed one left is dropped by the next."""

    def __init__(self, opened: OpenDatabase, connection: Any) -> None:  # noqa: ANN401  an asyncpg connection
        self._opened = opened
        self._connection = connection
        self._prefix = short(opened.owner.database) + "_work_"

    async def enter(self) -> None:
        """Take the place and clear it."""
        if not await self._connection.fetchval(_SQL["try_workshop"], self._prefix):
            raise BackupRefused("workshop_busy", database=self._opened.owner.database)
        for row in await self._connection.fetch(_SQL["leftovers"], self._prefix):
            await self._drop(row["name"])

    @asynccontextmanager
    async def database(self) -> AsyncIterator[OpenDatabase]:
        """A new, empty database like the real one; it is dropped after the block unless it was put in its place."""
        name = self._prefix + new_name(datetime.now(UTC)).lower().replace("-", "_")
        await self._make(name)
        try:
            yield self._opened.beside(name)
        finally:
            await self._drop(name)

    async def _make(self, name: str) -> None:
        if not await self._connection.fetchval(_SQL["may_create"]):
            raise BackupRefused("no_createdb", user=self._opened.owner.user)
        real = self._opened.owner.database
        # template1 where it is of the same kind: an administrator puts there what new databases need (pgvector).
        command = await self._connection.fetchval(_SQL["create_from_template1"], real, name)
        await self._connection.execute(command or await self._connection.fetchval(_SQL["create_like"], real, name))

    async def _drop(self, name: str) -> None:
        await self._connection.execute(await self._connection.fetchval(_SQL["drop"], name))

    async def put_in_place(self, new: OpenDatabase, moment: datetime) -> str:
        """Give the new database the real one's name, in one step; returns the name that the old one has from now on."""
        real = self._opened.owner.database
        if not await self._connection.fetchval(_SQL["is_owner"], real):
            raise BackupRefused("not_owner", user=self._opened.owner.user, database=real)
        kept = f"{short(real)}_before_{stamp(moment).lower()}"
        away = await self._connection.fetchval(_SQL["rename"], real, kept)
        here = await self._connection.fetchval(_SQL["rename"], new.owner.database, real)
        for _ in range(_SWAP_ATTEMPTS):
            try:
                async with self._connection.transaction():
                    await self._connection.execute(away)
                    await self._connection.execute(here)
            except asyncpg.ObjectInUseError:
                # A connection that was just closed takes a moment to be gone.
                await asyncio.sleep(_SWAP_PAUSE_SECONDS)
            else:
                return kept
        raise BackupRefused("others", **await others(self._connection, real))

    async def refuse_others(self) -> None:
        """Raise `BackupRefused` while anybody else is connected to the real database."""
        for _ in range(_SWAP_ATTEMPTS):
            seen = await others(self._connection, self._opened.owner.database)
            if not seen["count"]:
                return
            # Our own last one takes a moment to be gone.
            await asyncio.sleep(_SWAP_PAUSE_SECONDS)
        raise BackupRefused("others", **seen)


async def others(connection: Any, database: str) -> dict[str, object]:  # noqa: ANN401
    """How many other connections a database has, and under which names."""
    row = await connection.fetchrow(_SQL["others"], database)
    return {"database": database, "count": row["count"], "names": row["names"]}


def short(database: str) -> str:
    """The beginning of a database's name, short enough for what is put behind it."""
    return database.encode()[:_LONGEST_PREFIX].decode(errors="ignore")


@asynccontextmanager
async def workshop(opened: OpenDatabase) -> AsyncIterator[Workshop]:
    """Enter the server beside its databases; raises `StartFailed` or `BackupRefused` in one line."""
    connection = await _entered(opened)
    try:
        place = Workshop(opened, connection)
        try:
            await place.enter()
            yield place
        except _LOST as problem:
            reason = (str(problem).splitlines() or [type(problem).__name__])[0]
            raise StartFailed(f"{opened.variable}: {reason}", code="database_workshop") from problem
    finally:
        await connection.close(timeout=opened.patience_seconds)


async def _entered(opened: OpenDatabase) -> Any:  # noqa: ANN401
    for entrance in _ENTRANCES:
        owner = opened.beside(entrance).owner
        try:
            return await connect(owner, opened.patience_seconds)
        except (asyncpg.InvalidCatalogNameError, asyncpg.InsufficientPrivilegeError):
            continue
        except DRIVER_ERRORS as problem:
            raise why_not(problem, owner, opened.variable) from problem
    raise BackupRefused("no_entrance", user=opened.owner.user)
