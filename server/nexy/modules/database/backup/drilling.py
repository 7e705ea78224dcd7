"""The proof that a backup can be restored: it is, into a database that exists for that alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nexy.contracts.errors import NexyError
from nexy.modules.database.backup.manifest import TableFigures
from nexy.modules.database.backup.problems import BackupRefused, unwritable
from nexy.modules.database.backup.proving import Outcome, load_and_prove
from nexy.modules.database.backup.restoring import accept
from nexy.modules.database.backup.shelf import new_name
from nexy.modules.database.backup.steps import Told, silent
from nexy.modules.database.backup.workshop import workshop
from nexy.modules.database.opening import OpenDatabase

_FOLDER = "drills"
_KEPT_RECORDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What one drill found; `problem` is the line that ended it, in English, `seconds` how long it took.

    `reason` and `values` are those of a `BackupRefused`, for telling the same in another language.
    """

    made_at: datetime
    backup: str
    passed: bool
    seconds: float
    problem: str = ""
    reason: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    schema_version: int = 0
    tables: Sequence[TableFigures] = ()
    different: Sequence[str] = ()
    applied: Sequence[str] = ()
    proven: int = 0
    unproven: Sequence[str] = ()


async def drill(opened: OpenDatabase, folder: Path, told: Told = silent, *, moment: datetime | None = None) -> Drill:
    """Restore into a temporary database, compare, migrate, prove, drop it; a record stays beside the backup.

    Whatever goes wrong is in the record; `BackupRefused` is raised only when no drill could be begun or recorded.
    """
    made_at = (moment or datetime.now(UTC)).replace(microsecond=0)
    began = datetime.now(UTC)
    failed: NexyError | None = None
    outcome, version = Outcome(tables=(), different=()), 0
    try:
        manifest = (await accept(folder, told)).manifest
        version = manifest.schema_version
        async with workshop(opened) as place, place.database() as temporary:
            outcome = await load_and_prove(folder, manifest, temporary, told)
    except NexyError as failure:
        if isinstance(failure, BackupRefused) and failure.reason in ("workshop_busy", "no_createdb", "no_entrance"):
            raise
        failed = failure
    refused = failed if isinstance(failed, BackupRefused) else None
    found = Drill(
        made_at=made_at, backup=folder.name, passed=failed is None and outcome.sound,
        problem=failed.message if failed else "", reason=refused.reason if refused else "",
        values={name: str(value) for name, value in refused.values.items()} if refused else {},
        seconds=round((datetime.now(UTC) - began).total_seconds(), 3), schema_version=version, tables=outcome.tables,
        different=outcome.different, applied=outcome.applied, proven=outcome.proven, unproven=outcome.unproven,
    )  # fmt: skip
    _record(folder.parent / _FOLDER, found)
    return found


def _record(records: Path, found: Drill) -> None:
    content = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
    try:
        records.mkdir(mode=0o700, exist_ok=True)
        begun = records / f".{new_name(found.made_at)}"
        begun.write_bytes(content)
        begun.chmod(0o600)
        begun.rename(records / f"{begun.name[1:]}.json")
        for old in _files(records)[_KEPT_RECORDS:]:
            old.unlink(missing_ok=True)
    except OSError as problem:
        raise unwritable(records, problem) from problem


def drills(shelf: Path) -> Sequence[Drill]:
    """Every recorded drill of the backups in this folder, the newest first; what cannot be read counts as none."""
    found = []
    for file in _files(shelf / _FOLDER):
        try:
            found.append(msgspec.json.decode(file.read_bytes(), type=Drill))
        except (OSError, msgspec.DecodeError):
            continue
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def _files(records: Path) -> list[Path]:
    return sorted(records.glob("*.json"), reverse=True)
