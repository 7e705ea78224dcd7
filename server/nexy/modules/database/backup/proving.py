"""What every restored database must show, wherever it was restored to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nexy.modules.database.backup.figures import differences, held_tables, read_figures, steady
from nexy.modules.database.backup.loading import load
from nexy.modules.database.backup.manifest import Manifest, TableFigures
from nexy.modules.database.backup.steps import Told
from nexy.modules.database.connecting import connect
from nexy.modules.database.failures import translating
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.database.protecting import Proof, harden, proofs
from nexy.modules.database.roles import refuse_missing_rights
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database.backup")
_MAIN = named_sql("nexy.modules.database")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`different` names tables, `unproven` the attempts that were not refused, `applied` the migrations."""

    tables: Sequence[TableFigures]
    different: Sequence[str]
    applied: Sequence[str] = ()
    proven: int = 0
    unproven: Sequence[str] = ()
    vectors: bool = False

    @property
    def sound(self) -> bool:
        """Whether it is what was backed up, and protected."""
        return not self.different and not self.unproven


async def load_and_prove(folder: Path, manifest: Manifest, empty: OpenDatabase, told: Told) -> Outcome:
    """Load the dump, compare every table with the manifest, migrate forward, harden, and prove the protections.

    Stops after the comparison when a table differs. Raises `BackupRefused` or `StartFailed` in one line.
    """
    async with empty.as_owner() as connection:
        await refuse_missing_rights(connection, empty.owner.user)
        with translating():
            # Before the dump: its grants name them, and a fresh server has none.
            await connection.execute(_SQL["make_roles"])
        major = connection.get_server_version().major
    await load(folder, manifest, empty.owner, major, told)
    found = await current_figures(empty, told)
    different = differences(manifest.tables, found)
    if different:
        return Outcome(tables=found, different=different)
    applied = [f"{step.version:04} {step.name}" for step in await empty.bring_up()]
    with translating():
        await harden(empty)
        proven = await _proven(empty, told)
        vectors = await _has_vectors(empty)
    return Outcome(
        tables=found, different=(), applied=applied, proven=len(proven), vectors=vectors,
        unproven=[f"{proof.login}: {proof.attempt}" for proof in proven if not proof.refused],
    )  # fmt: skip


async def current_figures(opened: OpenDatabase, told: Told) -> list[TableFigures]:
    """What the database holds now."""
    async with opened.as_owner() as connection:
        with translating():
            async with steady(connection):
                return await read_figures(connection, await held_tables(connection), told)


async def _proven(opened: OpenDatabase, told: Told) -> list[Proof]:
    told("prove", 0.0)
    found = [proof async for proof in proofs(opened)]
    told("prove", 1.0)
    return found


async def _has_vectors(opened: OpenDatabase) -> bool:
    connection = await connect(opened.owner, opened.patience_seconds)
    try:
        return bool(await connection.fetchval(_MAIN["has_vectors"]))
    finally:
        await connection.close()
