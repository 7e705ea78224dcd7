"""A word between two processes on one home."""

from pathlib import Path

from nexy.utils.home_mark import HomeMark


def test_every_touch_is_seen(tmp_path: Path) -> None:
    """Also two within one tick of the file system's clock, and by another object."""
    mine, theirs = HomeMark(tmp_path, "changed"), HomeMark(tmp_path, "changed")
    seen = {mine.read()}
    for _ in range(20):
        theirs.touch()
        seen.add(mine.read())
    assert len(seen) == 21


def test_without_a_file_nothing_has_changed(tmp_path: Path) -> None:
    """A home that is not there yet reads as never."""
    assert HomeMark(tmp_path / "none", "changed").read() == 0


def test_marks_of_other_names_say_nothing(tmp_path: Path) -> None:
    """Each is its own file."""
    HomeMark(tmp_path, "one").touch()
    assert HomeMark(tmp_path, "other").read() == 0
