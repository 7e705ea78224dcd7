"""Rows of length one, which a dot product compares."""

from typing import TYPE_CHECKING

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from nexy.modules.code_search.vectors.embedder import Rows


def unit_rows(numbers: "ArrayLike", count: int) -> "Rows":
    """The rows scaled to length one; a row of zeros stays as it is.

    Raises `VectorsUnavailable` for anything but `count` rows of equally many finite numbers.
    """
    import numpy as np

    try:
        rows = np.asarray(numbers, dtype=np.float32)
    except (TypeError, ValueError, OverflowError) as problem:
        raise VectorsUnavailable("the model gave vectors of different lengths") from problem
    if count == 0:
        return np.zeros((0, 0), dtype=np.float32)
    if rows.ndim != 2 or len(rows) != count or rows.shape[1] == 0:
        raise VectorsUnavailable(f"the model gave {rows.shape} numbers for {count} texts")
    if not np.isfinite(rows).all():
        raise VectorsUnavailable("the model gave numbers that are none")
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    unit: Rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit
