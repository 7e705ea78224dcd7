"""A backup put into force: beside the old database first, and in its place only when it is proven."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nexy.contracts.errors import StartFailed
from nexy.modules.database.backup.manifest import Manifest
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.proving import Outcome, load_and_prove
from nexy.modules.database.backup.steps import Told, silent
from nexy.modules.database.backup.verifying import verify
from nexy.modules.database.backup.workshop import Workshop, workshop
from nexy.modules.database.failures import translating
from nexy.modules.database.migrating import compare
from nexy.modules.database.migration_files import packaged_migrations
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.named_sql import named_sql
from nexy.utils.run_file import HomeTaken, RunFile

_SQL = named_sql("nexy.modules.database.backup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`kept` is the name of the old database, empty when there was nothing to keep."""

    manifest: Manifest
    database: str
    outcome: Outcome
    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A backup that was found whole and fitting; `accept` makes it."""

    folder: Path
    manifest: Manifest


async def accept(folder: Path, told: Told = silent) -> Accepted:
    """Verify everything about a backup, its schema beside this code's included; no database is touched.

    Raises `BackupRefused` in one line.
    """
    manifest = await verify(folder, told)
    try:
        compare(packaged_migrations(), manifest.migrations)
    except StartFailed as problem:
        raise BackupRefused("schema", name=manifest.name, why=problem.message) from problem
    return Accepted(folder=folder, manifest=manifest)


@contextmanager
def quiet_home(home: Path) -> Iterator[None]:
    """No server runs on this home, nor starts, for the length of the block; raises `BackupRefused` when one does."""
    mark = RunFile(home)
    try:
        mark.claim()
    except HomeTaken as problem:
        running = mark.running()
        raise BackupRefused("server_runs", home=home, pid=running.pid if running else "?") from problem
    try:
        yield
    finally:
        mark.release()


async def restore(
    opened: OpenDatabase,
    backup: Accepted,
    told: Told = silent,
    *,
    replace: bool = False,
    moment: datetime | None = None,
) -> Restored:
    """Restore into an empty database, or with `replace` in the place of one that is not.

    With `replace` the new database is made and proven beside the
    old one, which is renamed and kept; on every failure the old one stays as it was. Hold `quiet_home` meanwhile.
    Raises `BackupRefused` or `StartFailed` in one line.
    """
    async with workshop(opened) as place:
        await place.refuse_others()
        occupied = await first_object(opened)
        if occupied and not replace:
            raise BackupRefused("not_empty", database=opened.owner.database, table=occupied)
        if occupied:
            return await _replaced(opened, place, backup, told, moment or datetime.now(UTC))
        outcome = await load_and_prove(backup.folder, backup.manifest, opened, told)
    _refuse_unsound(outcome, backup.manifest, opened.owner.database)
    return Restored(manifest=backup.manifest, database=opened.owner.database, outcome=outcome, kept="")


async def _replaced(opened: OpenDatabase, place: Workshop, backup: Accepted, told: Told, moment: datetime) -> Restored:
    async with place.database() as new:
        outcome = await load_and_prove(backup.folder, backup.manifest, new, told)
        _refuse_unsound(outcome, backup.manifest, new.owner.database)
        kept = await place.put_in_place(new, moment)
    return Restored(manifest=backup.manifest, database=opened.owner.database, outcome=outcome, kept=kept)


def _refuse_unsound(outcome: Outcome, manifest: Manifest, database: str) -> None:
    if outcome.different:
        raise BackupRefused("different", name=manifest.name, database=database, tables=", ".join(outcome.different))
    if outcome.unproven:
        raise BackupRefused("unproven", name=manifest.name, database=database, attempt=outcome.unproven[0])


async def first_object(opened: OpenDatabase) -> str:
    """A table, view or sequence in the database; empty when there is none."""
    async with opened.as_owner() as connection:
        with translating():
            return str(await connection.fetchval(_SQL["first_object"]) or "")
