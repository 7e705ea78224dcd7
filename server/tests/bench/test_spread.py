"""Medians and percentiles."""

import math

from bench.voice.spread import Spread, percentile


def test_percentile_is_a_value_that_was_seen() -> None:
    """The nearest rank: at least the share lies at or below it."""
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.95) == 95.0
    assert percentile(values, 0.5) == 50.0
    assert percentile([3.0], 0.95) == 3.0


def test_nothing_seen_is_never_good() -> None:
    """A percentile of nothing fails every bound."""
    assert percentile([], 0.95) == math.inf


def test_spread_tells_extremes_only_where_they_differ() -> None:
    """One round has no spread."""
    assert Spread.of([2.0, 1.0, 4.0]).text(1) == "2.0 (1.0–4.0)"
    assert Spread.of([2.0]).text(2) == "2.00"
