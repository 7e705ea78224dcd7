"""Which files are read whole, and how often."""

import os
from pathlib import Path

import pytest

from nexy.modules.code_search.postings.building import FILE_NAME, build_index
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.postings.verified import IndexOpener, VerifiedFiles, stamp_of
from support.code_shelf import ShelvedFile, function

_FILE = ShelvedFile(path="a.py", chunks=(function("first"), function("second", line=2)))


def _made(folder: Path) -> Path:
    build_index(folder, [_FILE.indexed])
    return folder


def _spoiled(folder: Path) -> None:
    """Change a byte, and let the file look as it did."""
    file = folder / FILE_NAME
    before = file.stat()
    raw = bytearray(file.read_bytes())
    raw[200] ^= 0xFF
    with file.open("r+b") as opened:
        opened.write(raw)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_is_read_whole_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened again it is only mapped; one that takes its place is read whole."""
    asked: list[bool] = []
    original = MappedIndex.open.__func__  # type: ignore[attr-defined]

    def noted(cls: type[MappedIndex], folder: Path, *, verify: bool = True) -> MappedIndex:
        asked.append(verify)
        opened: MappedIndex = original(cls, folder, verify=verify)
        return opened

    monkeypatch.setattr(MappedIndex, "open", classmethod(noted))
    opener = IndexOpener()
    for _ in range(3):
        assert opener(_made(tmp_path) if not asked else tmp_path).documents == 2
    _made(tmp_path)
    opener(tmp_path)
    assert asked == [True, False, False, True]


def test_a_damaged_one_is_never_taken_for_sound(tmp_path: Path) -> None:
    """However often it is tried."""
    _spoiled(_made(tmp_path))
    opener = IndexOpener()
    for _ in range(2):
        with pytest.raises(IndexDamaged):
            opener(tmp_path)


def test_none_is_missed(tmp_path: Path) -> None:
    """Also where one was sound before."""
    opener = IndexOpener()
    opener(_made(tmp_path))
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        opener(tmp_path)


def test_writing_over_it_changes_its_stamp(tmp_path: Path) -> None:
    """By its length, by its time, and by its place on the disk."""
    file = tmp_path / "f"
    file.write_bytes(b"a")
    os.utime(file, ns=(1, 1))
    first = stamp_of(file)
    os.utime(file, ns=(2, 2))
    later = stamp_of(file)
    file.write_bytes(b"ab")
    os.utime(file, ns=(2, 2))
    assert len({first, later, stamp_of(file)}) == 3


def test_those_that_are_not_asked_are_forgotten() -> None:
    """Never more than `most`."""
    files, stamp = VerifiedFiles(2), (1, 2, 3)
    for name in "abac":
        files.add(Path(name), stamp)
    assert [files.has(Path(name), stamp) for name in "abc"] == [True, False, True]
    assert not files.has(Path("a"), (1, 2, 4))
    assert len(files) == 2
