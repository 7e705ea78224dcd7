"""Named arrays in one mapped file."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.postings.container import ArrayFile, open_arrays
from nexy.modules.code_search.postings.damage import IndexDamaged

_VERSION = 7


def _written(path: Path, **arrays: np.ndarray) -> None:
    with closing(ArrayFile(path, _VERSION)) as file:
        for name, values in arrays.items():
            file.put(name, values)
        file.finish()


def _sample(path: Path) -> None:
    _written(path, numbers=np.arange(1000, dtype=np.uint32), table=np.ones((6, 7), np.uint8))


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    """Names, types, shapes and values."""
    path = tmp_path / "index"
    wanted = {
        "a": np.arange(7, dtype=np.uint64),
        "b": np.random.default_rng(1).random((5, 3)).astype(np.float32),
        "c": np.zeros(0, np.uint8),
        "d": np.zeros((0, 16), np.uint8),
        "e": np.array([1.5]),
    }
    _written(path, **wanted)
    found = open_arrays(path, _VERSION, verify=True)
    assert list(found) == list(wanted)
    for name, values in wanted.items():
        assert found[name].dtype == values.dtype
        assert found[name].shape == values.shape
        np.testing.assert_array_equal(found[name], values)


def test_an_array_has_its_room_before_it_is_filled(tmp_path: Path) -> None:
    """No holes: what is filled on a full disk would end the process."""
    with closing(ArrayFile(tmp_path / "index", _VERSION)) as file:
        made = file.make("a", (3, 100_000), np.uint64)
        (aside,) = tmp_path.iterdir()
        assert aside.stat().st_blocks * 512 >= made.nbytes


def test_mapped_arrays_cannot_be_written(tmp_path: Path) -> None:
    """Nobody alters the index by mistake."""
    _sample(tmp_path / "index")
    numbers = open_arrays(tmp_path / "index", _VERSION, verify=False)["numbers"]
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 5


def test_an_array_can_be_filled_after_others_were_made(tmp_path: Path) -> None:
    """The merge writes here and there in two of them."""
    path = tmp_path / "index"
    with closing(ArrayFile(path, _VERSION)) as file:
        first, second = file.make("first", (3,), np.uint32), file.make("second", (2, 2), np.float32)
        second[1] = 4
        first[:] = [1, 2, 3]
        file.finish()
    found = open_arrays(path, _VERSION, verify=True)
    assert found["first"].tolist() == [1, 2, 3]
    assert found["second"].tolist() == [[0, 0], [4, 4]]


def test_the_size_is_that_of_the_file(tmp_path: Path) -> None:
    """`finish` tells what lies on the disk."""
    path = tmp_path / "index"
    with closing(ArrayFile(path, _VERSION)) as file:
        file.put("a", np.arange(10))
        assert file.finish() == path.stat().st_size


def test_nothing_is_seen_before_the_end(tmp_path: Path) -> None:
    """Until `finish` the old file stands, and a broken run leaves nothing behind."""
    path = tmp_path / "index"
    _written(path, a=np.array([1]))
    with closing(ArrayFile(path, _VERSION)) as file:
        file.put("a", np.array([2]))
        assert open_arrays(path, _VERSION, verify=True)["a"].tolist() == [1]
    assert open_arrays(path, _VERSION, verify=True)["a"].tolist() == [1]
    assert [entry.name for entry in tmp_path.iterdir()] == ["index"]


def test_an_open_file_outlives_its_replacement(tmp_path: Path) -> None:
    """Who has the old revision mapped keeps it while the new one is put in place, and after it is removed."""
    path = tmp_path / "index"
    _written(path, a=np.arange(5000))
    old = open_arrays(path, _VERSION, verify=False)
    _written(path, a=np.zeros(3))
    path.unlink()
    assert old["a"].sum() == sum(range(5000))


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    """Search and a run may both make the same index; the last one wins whole."""
    path = tmp_path / "index"
    with closing(ArrayFile(path, _VERSION)) as one, closing(ArrayFile(path, _VERSION)) as two:
        one.put("a", np.array([1]))
        two.put("a", np.array([2]))
        two.finish()
        one.finish()
    assert open_arrays(path, _VERSION, verify=True)["a"].tolist() == [1]


@pytest.mark.parametrize("size", [0, 1, 20, 31, 32, 100, 4000])
def test_a_file_that_was_cut_is_damaged(tmp_path: Path, size: int) -> None:
    """Wherever a disk that is full cut it."""
    path = tmp_path / "index"
    _sample(path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(IndexDamaged):
        open_arrays(path, _VERSION, verify=False)


def test_a_file_that_grew_is_damaged(tmp_path: Path) -> None:
    """Something else was written behind it."""
    path = tmp_path / "index"
    _sample(path)
    path.write_bytes(path.read_bytes() + b"\0" * 64)
    with pytest.raises(IndexDamaged):
        open_arrays(path, _VERSION, verify=False)


def test_a_single_altered_byte_is_noticed(tmp_path: Path) -> None:
    """In the head, in an array or in the table: the sums tell."""
    path = tmp_path / "index"
    _sample(path)
    whole = path.read_bytes()
    for place in (0, 9, 14, 20, 70, 2000, len(whole) - 30, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with pytest.raises(IndexDamaged):
            open_arrays(path, _VERSION, verify=True)


def test_another_version_is_damaged_and_says_so(tmp_path: Path) -> None:
    """An index of older rules is made again."""
    _sample(tmp_path / "index")
    with pytest.raises(IndexDamaged, match="version 7 of the rules, and this is version 8") as raised:
        open_arrays(tmp_path / "index", _VERSION + 1, verify=True)
    assert raised.value.code == "index_damaged"
    assert raised.value.retryable


def test_a_missing_file_and_a_folder_are_damaged(tmp_path: Path) -> None:
    """Whatever is in the way."""
    with pytest.raises(IndexDamaged):
        open_arrays(tmp_path / "none", _VERSION, verify=True)
    (tmp_path / "folder").mkdir()
    with pytest.raises(IndexDamaged):
        open_arrays(tmp_path / "folder", _VERSION, verify=True)
