"""Opens files of a tree that may be hostile."""

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from nexy.modules.code_search.reading import plain_files
from nexy.modules.code_search.reading.plain_files import NotPlain, lies_at, open_plain
from support.source_tree import plant


def test_a_plain_file(tmp_path: Path) -> None:
    """It is open for reading."""
    with open_plain(plant(tmp_path, {"a": "x"}) / "a") as opened:
        assert opened.read() == b"x"


@pytest.mark.parametrize(("kind", "link"), [("link", True), ("dangling", True), ("folder", False), ("pipe", False)])
def test_what_is_none(tmp_path: Path, kind: str, link: bool) -> None:
    """Nothing is followed, nothing is waited for, and no descriptor stays open."""
    plant(tmp_path, {"file": "x"})
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(NotPlain) as refused:
        open_plain(tmp_path / kind)
    assert refused.value.link is link
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_is_not_there(tmp_path: Path) -> None:
    """The system's own error."""
    with pytest.raises(FileNotFoundError):
        open_plain(tmp_path / "gone")


@pytest.mark.parametrize("told", [True, False])
def test_where_an_open_file_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    """One that was reached through a link on the way lies elsewhere, whether the system tells it or not."""
    root = plant(tmp_path, {"root/a/x.py": "x", "outside/x.py": "y"}) / "root"
    (root / "away").symlink_to(tmp_path / "outside")
    if not told:
        monkeypatch.setattr(plain_files, "_place_of", _refuse)
    with open_plain(root / "a" / "x.py") as inside, open_plain(root / "away" / "x.py") as outside:
        assert lies_at(inside, root, "a/x.py")
        assert not lies_at(outside, root, "away/x.py")


@pytest.mark.parametrize("replace", [True, False])
def test_a_file_that_was_replaced_is_to_be_read_again(tmp_path: Path, replace: bool) -> None:
    """A save that puts another file there, or moves it away, makes no link of it."""
    root = plant(tmp_path, {"a.py": "old", "a.py.new": "new"})
    with open_plain(root / "a.py") as opened:
        os.replace(*((root / "a.py.new", root / "a.py") if replace else (root / "a.py", root / "b.py")))
        with pytest.raises(FileNotFoundError):
            lies_at(opened, root, "a.py")


def test_a_replaced_file_behind_a_link_is_none_of_ours(tmp_path: Path) -> None:
    """Being gone meanwhile does not open the way out of the root."""
    root = plant(tmp_path, {"root/x": "", "outside/x.py": "y"}) / "root"
    (root / "away").symlink_to(tmp_path / "outside")
    with open_plain(root / "away" / "x.py") as outside:
        (tmp_path / "outside/x.py").unlink()
        assert not lies_at(outside, root, "away/x.py")


def _refuse(opened: BinaryIO) -> str:
    raise FileNotFoundError(2, "no such place", str(opened))
