"""`contracts.Database` over an asyncpg pool."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any
from uuid import UUID

import asyncpg

from nexy.config.database_section import DatabaseConfig
from nexy.contracts.access import Role
from nexy.contracts.database import Claims, Row, StatementRefused
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.modules.database.addresses import Address
from nexy.modules.database.connecting import arguments, milliseconds
from nexy.modules.database.failures import DRIVER_ERRORS, STATEMENT_TIMEOUT, is_lost_connection, translated, translating
from nexy.modules.database.rest_slots import RestSlots

_Checked = tuple[str, str, str, str]
_log = logging.getLogger("nexy.database")
# The role comes last: from then on only that role's rights are there.
_CLAIM = (
    "SELECT set_config('nexy.user_id', $1, true), set_config('nexy.service', $2, true), "
    "set_config('statement_timeout', $3, true), set_config('role', $4, true)"
)
_ROLES = frozenset(Role)
_NO_ROLE = "none"
# RESET ALL leaves the role as it is; nothing of one person's transaction may meet the next.
_CLEAN = "SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ROLE; RESET ALL;"
_PAUSE_SECONDS = 0.1
_IDLE_SECONDS = 300.0
_CLEAN_SECONDS = 2.0
_ROLL_BACK_SECONDS = 0.3
_CLOSE_SECONDS = 0.5
_LATER_SECONDS = 0.5


class PooledTransaction:
    """`contracts.Transaction` on one connection; with `seconds` each statement ends by then, in PostgreSQL's words.

    A server that is busy with one large value looks at its own clock only afterwards.
    """

    def __init__(self, connection: Any, seconds: float | None) -> None:  # noqa: ANN401  asyncpg has no public type
        self._connection = connection
        self._seconds = seconds
        self._as_told = seconds is not None

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        """All rows."""
        with translating(self._as_told), _in_time():
            rows: Sequence[Row] = await self._connection.fetch(query, *values, timeout=self._seconds)
            return rows

    async def execute(self, query: str, *values: object) -> int:
        """How many rows the statement touched; 0 for statements that touch none."""
        with translating(self._as_told), _in_time():
            told: str = await self._connection.execute(query, *values, timeout=self._seconds)
        count = told.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0


class DatabasePool:
    """Connections as the app role; a lost server is found again by the next transaction."""

    def __init__(self, address: Address, config: DatabaseConfig) -> None:
        self._address = address
        self._config = config
        self._patience = min(config.statement_timeout_seconds, config.rest_statement_timeout_seconds) + _LATER_SECONDS
        self._slots = RestSlots(config.max_connections, config.rest_statements_each, config.acquire_timeout_seconds)
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
        checked = _checked(claims, self._config)
        slot = self._slots.taken(claims.user_id) if claims.role else nullcontext()
        async with slot, self._transaction(claims, checked) as transaction:
            yield transaction

    @asynccontextmanager
    async def _transaction(self, claims: Claims, checked: _Checked) -> AsyncIterator[PooledTransaction]:
        pool = self._pool
        if pool is None:
            raise Unavailable("the database is closed", code="database_unavailable")
        connection, begun = await self._begin(pool, checked)
        committed = False
        try:
            yield PooledTransaction(connection, self._patience if claims.role else None)
            with translating(bool(claims.role)):
                await begun.commit()
            committed = True
        finally:
            await asyncio.shield(_given_back(pool, connection) if committed else _ended(pool, connection, begun))

    async def _begin(self, pool: Any, claims: _Checked) -> tuple[Any, Any]:  # noqa: ANN401
        """A connection inside a transaction with its claims; a lost one is replaced while there is time."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._config.acquire_timeout_seconds
        while True:
            try:
                made = await self._begun_once(pool, claims, deadline - clock())
            except DRIVER_ERRORS as problem:
                self.answers = isinstance(problem, TimeoutError)
                if not is_lost_connection(problem) or clock() + _PAUSE_SECONDS > deadline:
                    raise translated(problem) from problem
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                self.answers = True
                return made

    async def _begun_once(self, pool: Any, claims: _Checked, seconds: float) -> tuple[Any, Any]:  # noqa: ANN401
        connection = await pool.acquire(timeout=max(seconds, _PAUSE_SECONDS))
        ready = False
        try:
            begun = connection.transaction()
            await begun.start()
            await connection.fetch(_CLAIM, *claims)
            ready = True
            return connection, begun
        finally:
            if not ready:
                connection.terminate()
                await asyncio.shield(_given_back(pool, connection))


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except TimeoutError as problem:
        raise StatementRefused(STATEMENT_TIMEOUT, "canceling statement due to statement timeout") from problem


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


def _checked(claims: Claims, config: DatabaseConfig) -> _Checked:
    try:
        user_id = str(UUID(claims.user_id)) if claims.user_id else ""
    except ValueError as problem:
        raise ValidationFailed("user_id must be a UUID", field="user_id") from problem
    if claims.role and (claims.role not in _ROLES or claims.service):
        raise ValidationFailed("role: anon or authenticated, and not with every row", field="role")
    seconds = config.statement_timeout_seconds
    if claims.role:
        seconds = min(seconds, config.rest_statement_timeout_seconds)
    return user_id, "on" if claims.service else "off", milliseconds(seconds), claims.role or _NO_ROLE
