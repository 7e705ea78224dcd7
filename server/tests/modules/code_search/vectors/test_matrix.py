"""The mapped vectors of an index."""

from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.vectors.matrix import (
    WHOLE_ROWS,
    MatrixFile,
    VectorMatrix,
    matrix_path,
    write_matrix,
)


def _rows(count: int, dimensions: int = 48, seed: int = 1) -> np.ndarray:
    """Of unit length and of a few directions, as those of real texts are."""
    random = np.random.default_rng(seed)
    spread = np.arange(1, dimensions + 1) ** -0.7
    rows = random.standard_normal((count, dimensions)) * spread
    unit: np.ndarray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_the_nearest_are_those_of_a_plain_comparison(tmp_path: Path) -> None:
    """Documents and likeness, best first, as a product of all numbers gives them."""
    rows, question = _rows(500), _rows(1, seed=2)[0]
    write_matrix(tmp_path, "m", rows)
    near = VectorMatrix.open(tmp_path, "m").nearest(question, 20)
    plain = rows.astype(np.float16).astype(np.float32) @ question
    order = np.argsort(-plain, kind="stable")[:20]
    assert near.documents.tolist() == order.tolist()
    assert np.allclose(near.likeness, plain[order], atol=1e-6)


def test_a_large_index_is_searched_in_two_steps_with_the_same_result(tmp_path: Path) -> None:
    """The look at the telling part loses none of the first hundred."""
    rows = _rows(3 * WHOLE_ROWS, 160)
    write_matrix(tmp_path, "m", rows)
    matrix = VectorMatrix.open(tmp_path, "m")
    for question in _rows(5, 160, seed=3):
        plain = rows.astype(np.float16).astype(np.float32) @ question
        assert set(matrix.nearest(question, 100).documents) == set(np.argsort(-plain)[:100])


def test_documents_without_a_vector_are_never_near(tmp_path: Path) -> None:
    """Nor those that point away; equal ones come in the order of the index."""
    file = MatrixFile(tmp_path, "m", 5, 2)
    file.put(np.array([4, 1, 2], np.uint32), np.array([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]))
    file.finish()
    near = VectorMatrix.open(tmp_path, "m").nearest(np.array([1.0, 0.0], np.float32), 10)
    assert (near.documents.tolist(), near.likeness.tolist()) == ([1, 4], [1.0, 1.0])


def test_a_disk_without_room_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before a row is put."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nexy.modules.code_search.postings.container.take_room", full)
    with pytest.raises(OSError, match="No space left"):
        MatrixFile(tmp_path, "m", 5, 2)
    assert list(tmp_path.iterdir()) == []


def test_each_model_has_a_file_of_its_own(tmp_path: Path) -> None:
    """What is not there is damage, which the caller mends."""
    write_matrix(tmp_path, "one", _rows(3))
    assert VectorMatrix.open(tmp_path, "one").documents == 3
    with pytest.raises(IndexDamaged):
        VectorMatrix.open(tmp_path, "two")


@pytest.mark.parametrize("damage", ["cut", "altered", "empty", "strange"])
def test_a_damaged_file_is_found_out(damage: str, tmp_path: Path) -> None:
    """Whatever happened to it."""
    write_matrix(tmp_path, "m", _rows(30))
    path = matrix_path(tmp_path, "m")
    whole = path.read_bytes()
    middle = len(whole) // 2
    altered = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    path.write_bytes({"cut": whole[:-7], "altered": altered, "empty": b"", "strange": b"not an index" * 9}[damage])
    with pytest.raises(IndexDamaged):
        VectorMatrix.open(tmp_path, "m")


def test_a_question_of_another_model_is_refused(tmp_path: Path) -> None:
    """Its vector has another length."""
    write_matrix(tmp_path, "m", _rows(3))
    with pytest.raises(IndexDamaged, match="48 numbers"):
        VectorMatrix.open(tmp_path, "m").nearest(np.ones(4, np.float32), 1)


def test_nothing_half_done_is_ever_seen(tmp_path: Path) -> None:
    """A file that is not finished is not there, and leaves nothing behind."""
    file = MatrixFile(tmp_path, "m", 5, 2)
    file.put(np.array([0], np.uint32), np.ones((1, 2)))
    assert not matrix_path(tmp_path, "m").exists()
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_index_has_nothing_near(tmp_path: Path) -> None:
    """No rows, no answer, no failure."""
    write_matrix(tmp_path, "m", np.zeros((0, 4), np.float16))
    near = VectorMatrix.open(tmp_path, "m").nearest(np.ones(4, np.float32), 5)
    assert len(near.documents) == 0
