"""The array of a recording inside its HDF5 file, found by what it holds."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nexy.modules.sensor_streams.sources.das_library import readable

_MOST_COMPARED = 16


class StoredArray:
    """A dataset [sample][channel], or turned, of an open file."""

    def __init__(self, file: Any, dataset: Any, *, turned: bool) -> None:  # noqa: ANN401  h5py is untyped
        self._file = file
        self._dataset = dataset
        self._turned = turned

    def rows(self, first: int, count: int, first_index: int, channels: int) -> NDArray[Any]:
        """[sample][channel] as stored."""
        samples, wanted = slice(first, first + count), slice(first_index, first_index + channels)
        values: NDArray[Any] = self._dataset[wanted, samples].T if self._turned else self._dataset[samples, wanted]
        return values

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def find_array(path: Path, shape: tuple[int, int], head: NDArray[Any], tail: NDArray[Any]) -> StoredArray | None:
    """The one dataset of this shape whose first and last samples are those; None where there is not exactly one.

    None is no failure: the file is of another kind, or its reader scales or regroups the samples.
    """
    import h5py

    with readable(path):
        if not h5py.is_hdf5(path):
            return None
        file = h5py.File(path, "r")
        alike = [found for found in _candidates(file, shape) if _same(found, shape, head, tail)]
        if len(alike) == 1:
            return alike[0]
        file.close()
        return None


def _candidates(file: Any, shape: tuple[int, int]) -> list[StoredArray]:  # noqa: ANN401
    """Datasets of this shape; a square one is ambiguous and left to DASCore."""
    found: list[StoredArray] = []

    def look(_name: str, node: Any) -> None:  # noqa: ANN401
        dims = getattr(node, "shape", None)
        if dims in (shape, shape[::-1]) and shape[0] != shape[1] and np.dtype(node.dtype).kind in "iuf":
            found.append(StoredArray(file, node, turned=dims != shape))

    file.visititems(look)
    return found[:_MOST_COMPARED]


def _same(found: StoredArray, shape: tuple[int, int], head: NDArray[Any], tail: NDArray[Any]) -> bool:
    first = found.rows(0, len(head), 0, shape[1])
    last = found.rows(shape[0] - len(tail), len(tail), 0, shape[1])
    exact = first.dtype.kind == "f"
    return np.array_equal(first, head, equal_nan=exact) and np.array_equal(last, tail, equal_nan=exact)
