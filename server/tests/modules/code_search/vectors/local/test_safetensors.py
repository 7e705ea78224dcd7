"""Reading weights."""

from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.safetensors import open_weights
from support.tiny_bert import write_safetensors


def test_tensors_come_back_by_name(tmp_path: Path) -> None:
    """Floats of both sizes, as float32."""
    path = tmp_path / "w"
    half = np.array([0.5, -2.0], np.float16)
    write_safetensors(path, {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": half})  # type: ignore[dict-item]
    weights = open_weights(path)
    assert weights.read("a", (2, 3)).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert weights.read("b", (2,)).dtype == np.float32
    assert ("a" in weights, "c" in weights) == (True, False)


@pytest.mark.parametrize(("name", "shape"), [("a", (3, 2)), ("c", (1,))])
def test_a_tensor_that_does_not_fit_is_named(name: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    """Missing, or of another shape."""
    path = tmp_path / "w"
    write_safetensors(path, {"a": np.zeros((2, 3), np.float32)})
    with pytest.raises(VectorsUnavailable, match=name):
        open_weights(path).read(name, shape)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x02", b"\xff" * 9, (4).to_bytes(8, "little") + b"nope", (8).to_bytes(8, "little") + b'{"a": 1}',
     (57).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}  '],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    """Empty, cut, a length beyond all bounds, no JSON, no tensors, places before the file."""
    path = tmp_path / "w"
    path.write_bytes(content)
    with pytest.raises(VectorsUnavailable, match="no file of safetensors"):
        open_weights(path)


def test_a_file_that_was_cut_is_found_out(tmp_path: Path) -> None:
    """The header promises more than there is."""
    path = tmp_path / "w"
    write_safetensors(path, {"a": np.zeros((2, 3), np.float32)})
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(VectorsUnavailable, match="ends before a"):
        open_weights(path).read("a", (2, 3))
