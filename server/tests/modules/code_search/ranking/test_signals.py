"""The table of signals."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.ranking.signals import Signal, joined


def test_signals_are_columns_without_a_gap() -> None:
    """A table as wide as there are signals holds them all."""
    assert sorted(Signal) == list(range(len(Signal)))


@given(st.lists(st.lists(st.integers(0, 1000), max_size=20), max_size=6))
def test_joined_documents_are_sorted_and_each_comes_once(parts: list[list[int]]) -> None:
    """Whatever came from where."""
    together = joined([np.array(part, np.uint32) for part in parts])
    assert together.tolist() == sorted({document for part in parts for document in part})
    assert together.dtype == np.uint32
