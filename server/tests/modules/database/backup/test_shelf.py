"""The folder of the backups: half a backup is never seen."""

import errno
import stat
from pathlib import Path

import pytest

from nexy.config.backup_section import BackupConfig
from nexy.modules.database.backup.files import SealedFile, hashed, written
from nexy.modules.database.backup.keeping import shelved
from nexy.modules.database.backup.manifest import DUMP
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.retention import expired
from nexy.modules.database.backup.shelf import Shelf, new_name
from support.backups import MOMENT, shelve

NAME = "20261121T101500Z-3fa2b1"


def test_names_sort_by_time_and_differ_within_a_second() -> None:
    """UTC, and a few random digits."""
    assert new_name(MOMENT).startswith("20261121T101500Z-")
    assert len({new_name(MOMENT) for _ in range(20)}) > 15


def test_a_backup_is_seen_only_when_it_is_complete(tmp_path: Path) -> None:
    """It has its name in the moment in which nothing is missing, and nobody else may read it."""
    shelf = Shelf(tmp_path / "backups")
    with shelf.locked(), shelf.new(NAME) as begun:
        (begun / DUMP).write_bytes(b"x")
        assert list(shelf.backups()) == []
    assert [entry.name for entry in shelf.backups()] == [NAME]
    for folder in (shelf.folder, shelf.folder / NAME):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    """A full disk is one line with the place; any other failure leaves as it is."""
    shelf = Shelf(tmp_path)
    with shelf.locked():
        with pytest.raises(BackupRefused, match=r"cannot be written: No space left on device$"):
            with shelf.new(NAME):
                raise OSError(errno.ENOSPC, "No space left on device")
        with pytest.raises(ZeroDivisionError):
            with shelf.new(NAME) as begun:
                (begun / DUMP).write_bytes(b"x")
                raise ZeroDivisionError
    assert [entry.name for entry in tmp_path.iterdir()] == [".lock"]


def test_what_a_killed_backup_left_goes_with_the_next(tmp_path: Path) -> None:
    """And nothing that somebody else put there."""
    for name in (f"{NAME}.partial", "notes.partial", NAME):
        (tmp_path / name).mkdir()
    with Shelf(tmp_path).locked():
        assert sorted(entry.name for entry in tmp_path.iterdir()) == [".lock", NAME, "notes.partial"]


def test_two_at_once_are_one_too_many(tmp_path: Path) -> None:
    """The second is told so, and the first goes on."""
    with Shelf(tmp_path).locked(), pytest.raises(BackupRefused, match="another backup is being made"):
        with Shelf(tmp_path).locked():
            pass
    with Shelf(tmp_path).locked():
        pass


def test_a_backup_is_found_by_name_path_or_age(tmp_path: Path) -> None:
    """The newest without a name; what is not there is named together with where it was looked for."""
    older, newest = (shelve(tmp_path, f"2026112{day}T101500Z-3fa2b1") for day in (0, 1))
    shelf = Shelf(tmp_path)
    assert shelf.find() == newest
    assert shelf.find(older.name) == older
    assert Shelf(tmp_path / "other").find(str(older)) == older
    with pytest.raises(BackupRefused, match=r"there is no backup 2025, neither as a path nor in"):
        shelf.find("2025")
    with pytest.raises(BackupRefused, match="there is no backup in"):
        Shelf(tmp_path / "other").find()


def test_a_folder_that_is_none_is_one_line(tmp_path: Path) -> None:
    """BACKUP_FOLDER names a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupRefused, match="cannot be written"):
        with Shelf(tmp_path / "file").locked():
            pass
    assert Shelf(tmp_path / "file").backups() == ()


def test_what_cannot_say_what_it_is_stays(tmp_path: Path) -> None:
    """Retention counts and removes whole backups only; a person looks at the others."""
    shelf = Shelf(tmp_path)
    whole = [shelve(tmp_path, f"2026110{day}T101500Z-3fa2b1") for day in range(1, 6)]
    (whole[0] / DUMP).write_bytes(b"longer than it was")
    (tmp_path / NAME).mkdir()
    gone = expired(shelved(shelf), BackupConfig(keep_last=1, keep_daily=0, keep_weekly=0, keep_monthly=0))
    shelf.remove(gone)
    assert [entry.name for entry in shelf.backups()] == [NAME, whole[4].name, whole[0].name]


def test_a_sealed_file_says_what_is_in_it(tmp_path: Path) -> None:
    """Bytes and hash are those of the disk; nobody else may read it; it is written once."""
    sealed = written(tmp_path / "a", b"abc")
    assert sealed == hashed(tmp_path / "a")
    assert sealed.sha256.startswith("ba7816bf")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        SealedFile(tmp_path / "a")
