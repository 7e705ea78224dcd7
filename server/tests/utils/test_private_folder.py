"""Folders that no other user of this machine looks into."""

import os
from pathlib import Path

import pytest

from nexy.utils.private_folder import close_below, keep_others_out, make_private


def modes(top: Path) -> dict[str, int]:
    """Who may do what with everything in a folder, and with itself."""
    return {str(path.relative_to(top)): path.lstat().st_mode & 0o777 for path in (top, *top.rglob("*"))}


@pytest.fixture(autouse=True)
def _usual_mask() -> object:
    """What most systems let others have."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_every_folder_on_the_way_is_private(tmp_path: Path) -> None:
    """From the top down; what is above it stays as it is, and so does what is private already."""
    top = tmp_path / "home" / "index"
    make_private(top / "a" / "b", top)
    make_private(top / "a" / "b", top)
    make_private(top, top)
    assert modes(top) == {".": 0o700, "a": 0o700, "a/b": 0o700}
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o755


def test_a_folder_that_was_open_is_closed_on_the_way(tmp_path: Path) -> None:
    """An older version had made it."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    make_private(tmp_path / "a" / "b", tmp_path / "a")
    assert modes(tmp_path / "a") == {".": 0o700, "b": 0o700}


def test_what_is_there_is_taken_from_others(tmp_path: Path) -> None:
    """Folders, files, programs; a link is not followed, and the owner keeps what he may do."""
    top, outside = tmp_path / "index", tmp_path / "outside"
    (top / "a").mkdir(parents=True)
    outside.write_text("x")
    (top / "a" / "key.pem").write_text("x")
    (top / "a" / "run.sh").write_text("x")
    (top / "a" / "run.sh").chmod(0o755)
    (top / "link").symlink_to(outside)
    keep_others_out(top)
    found = modes(top)
    assert (found["."], found["a"], found["a/key.pem"], found["a/run.sh"]) == (0o700, 0o700, 0o600, 0o700)
    assert outside.stat().st_mode & 0o777 == 0o644


def test_a_closed_folder_is_not_looked_through(tmp_path: Path) -> None:
    """Nobody else comes in anyway, and there may be many files."""
    (tmp_path / "a").write_text("x")
    tmp_path.chmod(0o700)
    keep_others_out(tmp_path)
    assert modes(tmp_path)["a"] == 0o644
    close_below(tmp_path)
    assert modes(tmp_path)["a"] == 0o600


def test_a_folder_that_is_not_there_and_one_that_is_a_link(tmp_path: Path) -> None:
    """Nothing is made, and what somebody put elsewhere himself stays as it is."""
    keep_others_out(tmp_path / "none")
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    keep_others_out(tmp_path / "link")
    assert not (tmp_path / "none").exists()
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o755
