"""A backup: one snapshot of everything, with what is needed to prove later that all of it came back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nexy.modules.database.backup.dumping import dump_into
from nexy.modules.database.backup.figures import held_tables, read_figures, steady
from nexy.modules.database.backup.files import Written, written
from nexy.modules.database.backup.manifest import DUMP, FORMAT, MANIFEST, SUMS, Manifest, TableFigures
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.programs import told_by
from nexy.modules.database.backup.shelf import Shelf, new_name
from nexy.modules.database.backup.steps import Told, silent
from nexy.modules.database.backup.verifying import verify
from nexy.modules.database.failures import DRIVER_ERRORS, translated
from nexy.modules.database.migrating import Applied
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.named_sql import named_sql
from nexy.version import __version__

_LEDGER = named_sql("nexy.modules.database")
_SQL = named_sql("nexy.modules.database.backup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A backup that stands on its shelf and was verified before it came there."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    server_version: str
    migrations: tuple[Applied, ...]
    tables: list[TableFigures]
    dump: Written


async def take(opened: OpenDatabase, shelf: Shelf, told: Told = silent, *, moment: datetime | None = None) -> Taken:
    """Back up while everybody goes on working; the shelf must be held (`Shelf.locked`).

    Raises `BackupRefused` in one line, and leaves nothing then that looks like a backup.
    """
    made_at = (moment or datetime.now(UTC)).replace(microsecond=0)
    name = new_name(made_at)
    program = (await told_by("pg_dump", "--version")).strip()
    with shelf.new(name) as begun:
        async with opened.as_owner() as connection:
            snapshot = await _in_one_snapshot(opened, connection, begun / DUMP, told)
        manifest = Manifest(
            format=FORMAT, name=name, made_at=made_at, nexy_version=__version__, dump_program=program,
            server_version=snapshot.server_version, migrations=snapshot.migrations, tables=snapshot.tables,
            schema_version=max(step.version for step in snapshot.migrations),
            dump_bytes=snapshot.dump.bytes, dump_sha256=snapshot.dump.sha256,
        )  # fmt: skip
        sealed = written(begun / MANIFEST, manifest.encode())
        sums = f"{snapshot.dump.sha256}  {DUMP}\n{sealed.sha256}  {MANIFEST}\n"
        written(begun / SUMS, sums.encode("ascii"))
        await verify(begun, told)
    return Taken(folder=shelf.folder / name, manifest=manifest)


async def _in_one_snapshot(opened: OpenDatabase, connection: Any, dump: Path, told: Told) -> _Snapshot:  # noqa: ANN401
    try:
        if not await connection.fetchval(_LEDGER["has_ledger"]):
            raise BackupRefused("no_schema", database=opened.owner.named())
        async with steady(connection):
            tables = await held_tables(connection)
            ledger = await connection.fetch(_LEDGER["read_ledger"])
            if not ledger:
                raise BackupRefused("no_schema", database=opened.owner.named())
            described = await connection.fetchrow(_LEDGER["describe"])
            figures = await read_figures(connection, tables, told)
            snapshot = await connection.fetchval(_SQL["export_snapshot"])
            return _Snapshot(
                server_version=described["version"].split(" ", 1)[0],
                migrations=tuple(Applied(**dict(row)) for row in ledger),
                tables=figures,
                dump=await dump_into(dump, opened.owner, snapshot, tables, told),
            )
    except DRIVER_ERRORS as problem:
        # What the disk refuses is an OSError too, and the shelf says where.
        if isinstance(problem, OSError) and not isinstance(problem, ConnectionError):
            raise
        raise translated(problem) from problem
