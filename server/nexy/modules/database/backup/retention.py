"""Which backups have had their time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nexy.config.backup_section import BackupConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One backup that can say what it is."""

    name: str
    made_at: datetime


def expired(backups: Iterable[Kept], config: BackupConfig, verified: str = "") -> Sequence[str]:
    """The names to remove: not among the last few, nor the newest of one of the kept days, ISO weeks or months (UTC).

    Neither the newest nor `verified`, the one that was just proven whole, is ever among them, whatever the clock says.
    """
    sound = sorted(backups, key=lambda one: (one.made_at, one.name), reverse=True)
    staying = {verified, *(one.name for one in sound[: max(config.keep_last, 1)])}
    staying |= _newest_of_each(sound, config.keep_daily, lambda day: f"{day:%Y-%m-%d}")
    staying |= _newest_of_each(sound, config.keep_weekly, lambda day: f"{day:%G-%V}")
    staying |= _newest_of_each(sound, config.keep_monthly, lambda day: f"{day:%Y-%m}")
    return [one.name for one in sound if one.name not in staying]


def _newest_of_each(newest_first: Sequence[Kept], count: int, period_of: Callable[[datetime], str]) -> set[str]:
    found: dict[str, str] = {}
    for one in newest_first:
        found.setdefault(period_of(one.made_at.astimezone(UTC)), one.name)
    return set(list(found.values())[:count])
