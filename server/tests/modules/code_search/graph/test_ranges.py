"""Many ranges at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.graph.ranges import ranges, sizes_of


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 20)), max_size=30))
def test_ranges_are_those_of_a_loop(pairs: list[tuple[int, int]]) -> None:
    """Empty ones in between are passed over."""
    starts, sizes = (np.array([pair[place] for pair in pairs], np.int64) for place in (0, 1))
    assert ranges(starts, sizes).tolist() == [start + step for start, size in pairs for step in range(size)]


@given(st.lists(st.integers(0, 50), max_size=30))
def test_sizes_come_back_from_ends(sizes: list[int]) -> None:
    """Whatever the sizes were."""
    assert sizes_of(np.cumsum(sizes, dtype=np.uint32)).tolist() == sizes


def test_ends_stay_as_they_were() -> None:
    """The mapped array is not written to."""
    ends = np.array([2, 5], np.uint32)
    sizes_of(ends)
    assert ends.tolist() == [2, 5]
