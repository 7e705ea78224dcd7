"""Which backups stay, by a clock that stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from nexy.config.backup_section import BackupConfig
from nexy.modules.database.backup.retention import Kept, expired

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def nightly(nights: int) -> list[Kept]:
    """One backup each night, the newest first; its name is its date."""
    moments = [NOW - timedelta(days=number) for number in range(nights)]
    return [Kept(name=f"{moment:%Y-%m-%d}", made_at=moment) for moment in moments]


def staying(backups: list[Kept], verified: str = "", **keep: int) -> list[str]:
    nothing = {"keep_last": 1, "keep_daily": 0, "keep_weekly": 0, "keep_monthly": 0}
    gone = set(expired(backups, BackupConfig(**{**nothing, **keep}), verified))
    return [one.name for one in backups if one.name not in gone]


def test_each_rule_keeps_the_newest_of_its_periods() -> None:
    """Days, ISO weeks (from Monday) and months of UTC."""
    assert staying(nightly(400), keep_daily=3) == ["2026-11-21", "2026-11-20", "2026-11-19"]
    assert staying(nightly(400), keep_weekly=3) == ["2026-11-21", "2026-11-15", "2026-11-08"]
    assert staying(nightly(400), keep_monthly=3) == ["2026-11-21", "2026-10-31", "2026-09-30"]
    assert staying(nightly(400), keep_last=2) == ["2026-11-21", "2026-11-20"]


def test_the_packaged_rules_keep_a_year_in_about_twenty() -> None:
    """Four hundred nights become a week of days, five weeks and twelve months."""
    kept = staying(nightly(400), keep_last=3, keep_daily=7, keep_weekly=5, keep_monthly=12)
    assert 18 <= len(kept) <= 24
    assert kept[-1] == "2025-12-31"


def test_days_without_a_backup_do_not_count() -> None:
    """After a month of silence the old ones are still there."""
    old = [Kept(name=str(day), made_at=NOW - timedelta(days=day)) for day in (30, 31, 32)]
    assert staying(old, keep_daily=7) == ["30", "31", "32"]


def test_several_on_one_day_leave_the_newest() -> None:
    """Unless they are among the last few."""
    hourly = [Kept(name=str(hour), made_at=NOW - timedelta(hours=hour)) for hour in range(3)]
    assert staying(hourly, keep_daily=7) == ["0"]
    assert staying(hourly, keep_daily=7, keep_last=3) == ["0", "1", "2"]


def test_weeks_at_the_turn_of_the_year_are_iso_weeks() -> None:
    """The first days of 2027 belong to the last week of 2026."""
    days = [datetime(2027, 1, 3, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC)]
    backups = [Kept(name=f"{day:%m-%d}", made_at=day) for day in days]
    assert staying(backups, keep_weekly=2) == ["01-03", "12-27"]


@pytest.mark.parametrize("keep", [{}, {"keep_daily": 1}, {"keep_monthly": 1}])
def test_the_newest_is_never_removed(keep: dict[str, int]) -> None:
    """Whatever the rules."""
    assert staying(nightly(30), **keep)[0] == "2026-11-21"


def test_what_was_just_proven_stays_though_the_clock_went_back() -> None:
    """A backup that is dated before all others is not removed by the run that made it."""
    assert "2026-11-01" in staying(nightly(30), "2026-11-01", keep_daily=1)


def test_nothing_to_keep_nothing_to_remove() -> None:
    """An empty shelf."""
    assert expired([], BackupConfig()) == []
