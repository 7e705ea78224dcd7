"""Numbers of a model: rows of length one, or a clear refusal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.unit_rows import unit_rows

_FINITE = st.floats(-(2.0**100), 2.0**100, width=32).filter(lambda number: number == 0 or abs(number) > 2.0**-60)


@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=_FINITE))
def test_every_row_has_length_one_or_is_zero(numbers: np.ndarray) -> None:
    """Whatever finite numbers come, even those whose squares are too large for a float."""
    lengths = np.linalg.norm(unit_rows(numbers, len(numbers)).astype(np.float64), axis=1)
    assert all(abs(length - 1) < 1e-4 for length, row in zip(lengths, numbers, strict=True) if row.any())
    assert all(length == 0 for length, row in zip(lengths, numbers, strict=True) if not row.any())


@pytest.mark.parametrize(
    "numbers",
    [[[1.0, 2.0], [1.0]], [[1.0, float("nan")]] * 2, [[float("inf"), 1.0]] * 2, [[1.0]], [[], []], [1.0, 2.0], "words"],
)
def test_anything_else_is_refused(numbers: object) -> None:
    """Rows of different lengths, no numbers, too few rows, empty rows."""
    with pytest.raises(VectorsUnavailable):
        unit_rows(numbers, 2)  # type: ignore[arg-type]


def test_no_texts_have_no_rows() -> None:
    """Nothing asked, nothing given."""
    assert unit_rows((), 0).shape == (0, 0)
