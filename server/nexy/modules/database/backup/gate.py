"""The release gate: no release without a fresh backup that is known to come back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from nexy.config.backup_section import BackupConfig
from nexy.modules.database.backup.drilling import Drill, drills
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.shelf import Shelf
from nexy.modules.database.backup.verifying import verify_files

# Clocks of two machines differ a little.
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Open when nothing stands against it."""

    backup: str
    drill: Drill | None
    reasons: Sequence[BackupRefused]


def judge(folder: Path, config: BackupConfig, now: datetime) -> Gate:
    """Look at the newest backup and the newest drill in the folder; no database is needed."""
    shelf = Shelf(folder)
    held = drills(folder)
    try:
        newest = shelf.find()
    except BackupRefused as none:
        return Gate(backup="", drill=held[0] if held else None, reasons=[none, *_against_drills(held, config, now)])
    reasons = [*_against_backup(newest, config, now), *_against_drills(held, config, now)]
    return Gate(backup=newest.name, drill=held[0] if held else None, reasons=reasons)


def _against_backup(newest: Path, config: BackupConfig, now: datetime) -> Iterator[BackupRefused]:
    try:
        made_at = verify_files(newest).made_at
    except BackupRefused as problem:
        yield problem
        return
    if made_at > now + _SKEW:
        yield BackupRefused("gate_future", name=newest.name)
    elif now - made_at > timedelta(hours=config.max_age_hours):
        yield BackupRefused("gate_old", name=newest.name, hours=_number((now - made_at) / timedelta(hours=1)),
                            allowed=_number(config.max_age_hours))  # fmt: skip


def _against_drills(held: Sequence[Drill], config: BackupConfig, now: datetime) -> Iterator[BackupRefused]:
    if not held:
        yield BackupRefused("gate_no_drill")
        return
    newest = held[0]
    if newest.made_at > now + _SKEW:
        yield BackupRefused("gate_future", name=newest.backup)
    elif not newest.passed:
        yield BackupRefused("gate_failed_drill", name=newest.backup, time=f"{newest.made_at:%Y-%m-%d %H:%M} UTC")
    elif now - newest.made_at > timedelta(days=config.max_drill_age_days):
        days = _number((now - newest.made_at) / timedelta(days=1))
        allowed = _number(config.max_drill_age_days)
        yield BackupRefused("gate_old_drill", name=newest.backup, days=days, allowed=allowed)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
