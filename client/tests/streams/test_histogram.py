"""Percentiles in constant memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy_client.streams.histogram import DurationHistogram


@given(st.lists(st.floats(2e-5, 900.0), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_right_within_one_percent(durations: list[float], share: float) -> None:
    """As if all durations had been kept and sorted."""
    histogram = DurationHistogram()
    for one in durations:
        histogram.note(one)
    exact = sorted(durations)[max(1, -(-len(durations) * round(share * 100) // 100)) - 1]
    assert histogram.quantile(share) == pytest.approx(exact, rel=0.011)


def test_what_lies_outside_counts_as_the_nearest_end() -> None:
    """A clock that runs behind makes negative latencies; they are small, not lost."""
    histogram = DurationHistogram()
    for one in (-3.0, 0.0, 1e9):
        histogram.note(one)
    assert histogram.quantile(0.5) == pytest.approx(1e-5, rel=0.02)
    assert histogram.quantile(1.0) == pytest.approx(1e3, rel=0.02)


def test_nothing_has_no_quantile() -> None:
    """None, not zero."""
    assert DurationHistogram().quantile(0.5) is None
