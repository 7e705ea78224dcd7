"""Quantiles in bounded memory."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.utils.latency_histogram import LatencyHistogram

LATENCIES = st.lists(st.floats(0.02, 100_000), min_size=1, max_size=300)


def test_without_values_there_is_no_quantile() -> None:
    """Nothing measured is not the same as fast."""
    assert LatencyHistogram().quantile(0.95) is None


@given(LATENCIES, st.sampled_from([0.5, 0.95, 1.0]))
def test_a_quantile_is_within_one_percent(latencies: list[float], share: float) -> None:
    """The nearest rank, whatever the distribution."""
    histogram = LatencyHistogram()
    for latency in latencies:
        histogram.add(latency)
    exact = sorted(latencies)[math.ceil(share * len(latencies)) - 1]
    assert histogram.quantile(share) == pytest.approx(exact, rel=0.0101)


@pytest.mark.parametrize("odd", [0.0, -5.0, float("nan"), float("inf"), 1e300])
def test_odd_values_neither_fail_nor_count_double(odd: float) -> None:
    """A clock that went wrong does not end a call."""
    histogram = LatencyHistogram()
    histogram.add(odd)
    assert histogram.count == 1
    assert histogram.quantile(0.5) is not None


def test_memory_is_bounded() -> None:
    """A hundred thousand different latencies need about a thousand buckets."""
    histogram = LatencyHistogram()
    for number in range(100_000):
        histogram.add(0.001 * 1.0003**number)
    assert len(histogram._buckets) < 1400
