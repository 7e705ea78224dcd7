"""Mapped vector files that are kept open."""

from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.vectors.matrix import VectorMatrix, matrix_path, write_matrix
from nexy.modules.code_search.vectors.open_matrices import OpenMatrices


def _write(folder: Path, rows: int) -> Path:
    write_matrix(folder, "m", np.eye(4, dtype=np.float32)[:rows])
    return folder


def test_one_is_opened_once(tmp_path: Path) -> None:
    """Until its file is replaced."""
    open_ones = OpenMatrices(2)
    first = open_ones.of(_write(tmp_path, 2), "m")
    assert open_ones.of(tmp_path, "m") is first
    again = open_ones.of(_write(tmp_path, 3), "m")
    assert (first.documents, again.documents) == (2, 3)


def test_the_least_asked_goes_first(tmp_path: Path) -> None:
    """Never more open than allowed."""
    open_ones = OpenMatrices(2)
    folders = [_write(tmp_path / name, 1) for name in "abc"]
    first = open_ones.of(folders[0], "m")
    open_ones.of(folders[1], "m")
    open_ones.of(folders[0], "m")
    open_ones.of(folders[2], "m")
    assert len(open_ones) == 2
    assert open_ones.of(folders[0], "m") is first
    open_ones.close()
    assert len(open_ones) == 0


def test_one_that_went_is_missed(tmp_path: Path) -> None:
    """Also when it was open before."""
    open_ones = OpenMatrices(2)
    open_ones.of(_write(tmp_path, 2), "m")
    matrix_path(tmp_path, "m").unlink()
    with pytest.raises(IndexDamaged):
        open_ones.of(tmp_path, "m")


def test_one_that_is_opened_again_is_not_read_whole_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more of them than may stay open, each question would read all of them."""
    asked: list[bool] = []
    original = VectorMatrix.open.__func__  # type: ignore[attr-defined]

    def noted(cls: type[VectorMatrix], folder: Path, model: str, *, verify: bool = True) -> VectorMatrix:
        asked.append(verify)
        opened: VectorMatrix = original(cls, folder, model, verify=verify)
        return opened

    monkeypatch.setattr(VectorMatrix, "open", classmethod(noted))
    open_ones, folders = OpenMatrices(1), [_write(tmp_path / name, 1) for name in "ab"]
    for folder in (*folders, *folders):
        open_ones.of(folder, "m")
    _write(folders[0], 2)
    open_ones.of(folders[0], "m")
    assert asked == [True, True, False, False, True]
