"""What an operator asks about the database, whether a server runs or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.modules.database.migrating import read_state
from nexy.modules.database.migration_files import packaged_migrations
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """One table: its bytes with indexes, and its rows as the planner estimates them."""

    name: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOverview:
    """`data_folder` and `moved` are of the embedded server; the pending steps are named."""

    version: str
    embedded: bool
    address: str
    data_folder: str
    moved: bool
    vectors: bool
    schema_version: int
    pending: Sequence[str]
    pending_post: Sequence[str]
    bytes: int
    tables: Sequence[TableSize]


async def overview(opened: OpenDatabase) -> DatabaseOverview:
    """Look, and change nothing."""
    async with opened.as_owner() as connection:
        state = await read_state(connection, packaged_migrations())
        described = await connection.fetchrow(_SQL["describe"])
        vectors = await connection.fetchval(_SQL["has_vectors"])
        tables = await connection.fetch(_SQL["table_sizes"])
    layout = opened.server.layout if opened.server is not None else None
    return DatabaseOverview(
        version=described["version"].split(" ", 1)[0],
        embedded=layout is not None,
        address=opened.owner.named(),
        data_folder=str(layout.data) if layout is not None else "",
        moved=layout is not None and layout.moved,
        vectors=vectors,
        schema_version=state.version,
        pending=[f"{step.version:04} {step.name}" for step in state.pending],
        pending_post=[f"{step.version:04} {step.name}" for step in state.pending_post],
        bytes=described["bytes"],
        tables=[TableSize(**dict(row)) for row in tables],
    )
