"""When a release is let through."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from nexy.config.backup_section import BackupConfig
from nexy.modules.database.backup.drilling import Drill, drills
from nexy.modules.database.backup.gate import judge
from nexy.modules.database.backup.manifest import DUMP
from support.backups import MOMENT, shelve

NAME = "20261121T101500Z-3fa2b1"


def record(folder: Path, made_at: datetime, *, passed: bool = True) -> None:
    """A drill as it is written."""
    (folder / "drills").mkdir(exist_ok=True)
    drill = Drill(made_at=made_at, backup=NAME, passed=passed, seconds=1.5)
    (folder / "drills" / f"{made_at:%Y%m%dT%H%M%SZ}.json").write_bytes(msgspec.json.encode(drill))


def reasons(folder: Path, now: datetime = MOMENT) -> list[str]:
    return [reason.reason for reason in judge(folder, BackupConfig(), now).reasons]


def test_a_fresh_backup_and_a_fresh_drill_open_it(tmp_path: Path) -> None:
    """A drill of the same week is enough, and its name is told."""
    shelve(tmp_path, NAME)
    record(tmp_path, MOMENT - timedelta(days=5))
    found = judge(tmp_path, BackupConfig(), MOMENT + timedelta(hours=26))
    assert (found.reasons, found.backup) == ([], NAME)
    assert found.drill is not None


def test_without_anything_every_reason_is_told(tmp_path: Path) -> None:
    """Also where the folder is not there."""
    assert reasons(tmp_path) == ["none", "gate_no_drill"]
    assert reasons(tmp_path / "absent") == ["none", "gate_no_drill"]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(hours=26), []),
        (timedelta(hours=26, seconds=1), ["gate_old"]),
        (timedelta(days=7), ["gate_old"]),
        (timedelta(days=7, seconds=1), ["gate_old", "gate_old_drill"]),
        (timedelta(minutes=-5), []),
        (timedelta(minutes=-6), ["gate_future", "gate_future"]),
    ],
)
def test_age_is_counted_to_the_second(tmp_path: Path, later: timedelta, expected: list[str]) -> None:
    """A date in the future is no freshness: somebody's clock is wrong."""
    shelve(tmp_path, NAME)
    record(tmp_path, MOMENT)
    assert reasons(tmp_path, MOMENT + later) == expected


def test_a_damaged_newest_backup_closes_it(tmp_path: Path) -> None:
    """An older whole one does not help: the disk or the dump needs a look."""
    shelve(tmp_path, "20261120T101500Z-3fa2b1", MOMENT - timedelta(days=1))
    newest = shelve(tmp_path, NAME)
    record(tmp_path, MOMENT)
    (newest / DUMP).write_bytes(b"dumq")
    assert reasons(tmp_path) == ["corrupt"]


def test_a_failed_drill_closes_it_until_one_passes(tmp_path: Path) -> None:
    """The newest counts, whatever passed before."""
    shelve(tmp_path, NAME)
    record(tmp_path, MOMENT - timedelta(hours=2))
    record(tmp_path, MOMENT - timedelta(hours=1), passed=False)
    assert reasons(tmp_path) == ["gate_failed_drill"]
    record(tmp_path, MOMENT)
    assert reasons(tmp_path) == []


def test_a_record_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    """Half a record is no proof."""
    shelve(tmp_path, NAME)
    record(tmp_path, MOMENT)
    file = next((tmp_path / "drills").iterdir())
    file.write_bytes(file.read_bytes()[:-5])
    assert drills(tmp_path) == []
    assert reasons(tmp_path) == ["gate_no_drill"]
