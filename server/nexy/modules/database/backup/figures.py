"""Rows and content of every table, the same on every server that holds the same rows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from nexy.modules.database.backup.manifest import TableFigures
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.steps import Told
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database.backup")


@asynccontextmanager
async def steady(connection: Any) -> AsyncIterator[None]:  # noqa: ANN401  an asyncpg connection
    """One snapshot for the length of the block, every row in it, and texts that do not depend on settings."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(_SQL["fixed_output"])
        yield


async def held_tables(connection: Any) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401
    """The tables of the snapshot; nobody can change their shape until it ends.

    Raises `BackupRefused` for one whose rows we might not all see: it would come back without them, and look whole.
    """
    tables: Sequence[Mapping[str, Any]] = await connection.fetch(_SQL["tables"])
    for table in tables:
        if not table["readable"]:
            raise BackupRefused("no_right", table=table["name"])
        if table["hidden"]:
            raise BackupRefused("hidden", table=table["name"])
    for table in tables:
        await connection.execute(_SQL["hold_table"].format(table=table["quoted"]))
    return tables


async def read_figures(connection: Any, tables: Sequence[Mapping[str, Any]], told: Told) -> list[TableFigures]:  # noqa: ANN401
    """Count and sum up each table inside `steady`.

    The checksum adds up the halves of each row's SHA-256: it depends on every row, a double one included, and not on
    their order.
    """
    whole = sum(table["weight"] for table in tables)
    found: list[TableFigures] = []
    done = 0
    for table in tables:
        told("figures", done / whole)
        row = await connection.fetchrow(_SQL["table_figures"].format(table=table["quoted"]))
        found.append(TableFigures(name=table["name"], rows=row["rows"], checksum=row["checksum"]))
        done += table["weight"]
    told("figures", 1.0)
    return found


def differences(expected: Sequence[TableFigures], found: Sequence[TableFigures]) -> Sequence[str]:
    """The tables that are not the same on both sides, by name."""
    one = {table.name: table for table in expected}
    other = {table.name: table for table in found}
    return [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
