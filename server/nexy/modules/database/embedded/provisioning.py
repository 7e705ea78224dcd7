"""What the administrator does once in a new data folder: the owner, the database, pgvector."""

from typing import Any

from nexy.modules.database.connecting import connect
from nexy.modules.database.embedded.supervisor import DATABASE, EmbeddedServer
from nexy.modules.database.roles import OWNER, scram_verifier
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database")
_LOCK = "SELECT pg_advisory_lock(hashtext('nexy provisioning'))"


async def provision(server: EmbeddedServer, timeout_seconds: float) -> None:
    """Make what is missing; several commands that start at once take turns."""
    connection = await connect(server.administrator, timeout_seconds)
    try:
        await connection.execute(_LOCK)
        await _make_owner(connection, server.passwords.owner)
        # Whatever database the owner makes later (a drill, a restore) has pgvector too, which only we may add.
        await _add_vectors(server, "template1", timeout_seconds)
        if not await connection.fetchval(_SQL["has_database"], DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    finally:
        await connection.close()


async def _add_vectors(server: EmbeddedServer, database: str, timeout_seconds: float) -> None:
    administrator = server.administrator
    inside = await connect(server.address(administrator.user, administrator.password, database), timeout_seconds)
    try:
        await inside.execute("CREATE EXTENSION IF NOT EXISTS vector")
    finally:
        await inside.close()


async def _make_owner(connection: Any, password: str) -> None:  # noqa: ANN401  an asyncpg connection
    verb = "ALTER" if await connection.fetchval(_SQL["has_login"], OWNER) else "CREATE"
    await connection.execute(f"{verb} ROLE {OWNER} LOGIN CREATEROLE CREATEDB PASSWORD '{scram_verifier(password)}'")
