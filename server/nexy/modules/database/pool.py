"""`contracts.Database` over an asyncpg pool."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from nexy.config.database_section import DatabaseConfig
from nexy.contracts.database import Claims, Row
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.modules.database.addresses import Address
from nexy.modules.database.connecting import arguments
from nexy.modules.database.failures import DRIVER_ERRORS, is_lost_connection, translated, translating

_log = logging.getLogger("nexy.database")
_CLAIM = "SELECT set_config('nexy.user_id', $1, true), set_config('nexy.service', $2, true)"
# RESET ALL leaves the role as it is; nothing of one person's transaction may meet the next.
_CLEAN = "SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ROLE; RESET ALL;"
_PAUSE_SECONDS = 0.1
_IDLE_SECONDS = 300.0
_CLEAN_SECONDS = 2.0
_ROLL_BACK_SECONDS = 0.3
_CLOSE_SECONDS = 0.5


class PooledTransaction:
    """`contracts.Transaction` on one connection."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  asyncpg's proxy has no public type
        self._connection = connection

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        """All rows."""
        with translating():
            rows: Sequence[Row] = await self._connection.fetch(query, *values)
            return rows

    async def execute(self, query: str, *values: object) -> int:
        """How many rows the statement touched; 0 for statements that touch none."""
        with translating():
            told: str = await self._connection.execute(query, *values)
        count = told.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


class DatabasePool:
    """Connections as the app role; a lost server is found again by the next transaction."""

    def __init__(self, address: Address, config: DatabaseConfig) -> None:
        self._address = address
        self._config = config
        self._pool: Any = None
        self.answers = True

    async def open(self) -> None:
        """Make the first connection; the driver's errors leave as they are."""
        pool = await asyncpg.create_pool(
            **arguments(self._address, self._config.statement_timeout_seconds),
            min_size=0,
            max_size=self._config.max_connections,
            max_inactive_connection_lifetime=_IDLE_SECONDS,
            timeout=self._config.connect_timeout_seconds,
            reset=_clean,
        )
        try:
            await pool.release(await pool.acquire(timeout=self._config.connect_timeout_seconds))
            self._pool = pool
        finally:
            if self._pool is None:
                pool.terminate()

    async def close(self) -> None:
        """Give running transactions a moment, then close every connection."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def transaction(self, claims: Claims) -> AsyncIterator[PooledTransaction]:
        """See `contracts.Database.transaction`."""
        user_id = _checked(claims.user_id)
        pool = self._pool
        if pool is None:
            raise Unavailable("the database is closed", code="database_unavailable")
        connection, begun = await self._begin(pool, user_id, claims.service)
        committed = False
        try:
            yield PooledTransaction(connection)
            with translating():
                await begun.commit()
            committed = True
        finally:
            await asyncio.shield(_given_back(pool, connection) if committed else _ended(pool, connection, begun))

    async def _begin(self, pool: Any, user_id: str, service: bool) -> tuple[Any, Any]:  # noqa: ANN401
        """A connection inside a transaction with its claims; a lost one is replaced while there is time."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._config.acquire_timeout_seconds
        while True:
            try:
                made = await self._begun_once(pool, user_id, service, deadline - clock())
            except DRIVER_ERRORS as problem:
                self.answers = isinstance(problem, TimeoutError)
                if not is_lost_connection(problem) or clock() + _PAUSE_SECONDS > deadline:
                    raise translated(problem) from problem
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                self.answers = True
                return made

    async def _begun_once(self, pool: Any, user_id: str, service: bool, seconds: float) -> tuple[Any, Any]:  # noqa: ANN401
        connection = await pool.acquire(timeout=max(seconds, _PAUSE_SECONDS))
        ready = False
        try:
            begun = connection.transaction()
            await begun.start()
            await connection.fetch(_CLAIM, user_id, "on" if service else "off")
            ready = True
            return connection, begun
        finally:
            if not ready:
                connection.terminate()
                await asyncio.shield(_given_back(pool, connection))


async def _clean(connection: Any) -> None:  # noqa: ANN401
    async with asyncio.timeout(_CLEAN_SECONDS):
        await connection.execute(_CLEAN)


async def _ended(pool: Any, connection: Any, begun: Any) -> None:  # noqa: ANN401
    """Roll back and give back in one piece, however often the caller is cancelled; a dead line rolls back by itself."""
    broken = True
    try:
        if connection.is_in_transaction():
            async with asyncio.timeout(_ROLL_BACK_SECONDS):
                await begun.rollback()
        broken = False
    except DRIVER_ERRORS:
        _log.debug("a connection was lost inside its transaction")
    finally:
        await _given_back(pool, connection, broken=broken)


async def _given_back(pool: Any, connection: Any, *, broken: bool = False) -> None:  # noqa: ANN401
    """Return a connection; one that cannot be cleaned is thrown away by the pool, and the caller's work is done."""
    try:
        if broken:
            connection.terminate()
        await pool.release(connection)
    except DRIVER_ERRORS:
        _log.debug("a connection could not be cleaned and was closed")


def _checked(user_id: str) -> str:
    try:
        return str(UUID(user_id)) if user_id else ""
    except ValueError as problem:
        raise ValidationFailed("user_id must be a UUID", field="user_id") from problem
