"""Bringing the schema to where the code is: in order, once, whoever else starts at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from nexy.contracts.errors import StartFailed
from nexy.modules.database.migration_files import Migration
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One row of the ledger."""

    version: int
    name: str
    checksum: str
    post: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaState:
    """Where a database stands beside the code."""

    version: int
    pending: Sequence[Migration]
    pending_post: Sequence[Migration]


def compare(steps: Sequence[Migration], applied: Sequence[Applied]) -> SchemaState:
    """What is still to be applied.

    Raises `StartFailed` for a step that was changed after it was applied, and for a schema that newer code made,
    unless all that this code does not know are post-migrations: those are made so that older code goes on running.
    """
    known = {step.version: step for step in steps}
    for row in applied:
        step = known.get(row.version)
        if step is None and not row.post:
            raise StartFailed(f"the database's schema is newer ({row.version:04} {row.name}) than Nexy; update Nexy",
                              code="schema_newer")  # fmt: skip
        if step is not None and step.checksum != row.checksum:
            raise StartFailed(f"migration {row.version:04} {row.name} was changed after it was applied; restore it",
                              code="migration_changed")  # fmt: skip
    done = {row.version for row in applied}
    missing = [step for step in steps if step.version not in done]
    return SchemaState(
        version=max(done, default=0),
        pending=tuple(step for step in missing if not step.post),
        pending_post=tuple(step for step in missing if step.post),
    )


async def read_state(connection: Any, steps: Sequence[Migration]) -> SchemaState:  # noqa: ANN401  an asyncpg connection
    """Where this database stands; an empty one has no ledger yet."""
    if not await connection.fetchval(_SQL["has_ledger"]):
        return compare(steps, ())
    rows = await connection.fetch(_SQL["read_ledger"])
    return compare(steps, [Applied(**dict(row)) for row in rows])


async def migrate(connection: Any, steps: Sequence[Migration], *, post: bool = False) -> Sequence[Migration]:  # noqa: ANN401
    """Apply what is missing, each step in its own transaction, and return it; `post` includes the post-migrations.

    Raises `StartFailed` that names the step which failed; nothing of that step stays.
    """
    await connection.execute(_SQL["lock_ledger"])
    try:
        state = await read_state(connection, steps)
        wanted = sorted((*state.pending, *(state.pending_post if post else ())), key=lambda step: step.version)
        if wanted:
            await connection.execute(_SQL["make_ledger"])
        for step in wanted:
            await _apply(connection, step)
        return wanted
    finally:
        if not connection.is_closed():
            await connection.execute(_SQL["unlock_ledger"])


async def _apply(connection: Any, step: Migration) -> None:  # noqa: ANN401
    try:
        async with connection.transaction():
            await connection.execute(step.text)
            await connection.execute(_SQL["write_ledger"], step.version, step.name, step.checksum, step.post)
    except asyncpg.PostgresError as problem:
        reason = f"{problem.sqlstate} {type(problem).__name__}: {str(problem).splitlines()[0]}"
        raise StartFailed(
            f"migration {step.version:04} {step.name} failed ({reason})", code="migration_failed"
        ) from problem
