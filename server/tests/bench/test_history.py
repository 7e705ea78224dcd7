"""The cost of history is told as a ratio of neighbouring windows."""

import pytest
from bench.history import Rates, report


def test_the_share_is_that_of_neighbouring_windows() -> None:
    """A machine that is busy for a while slows both down, and costs neither its figure."""
    rates = Rates(load="x", off=(100.0, 50.0, 200.0), on=(90.0, 45.0, 170.0))
    assert rates.share == pytest.approx(0.9)


def test_the_pace_of_speech_is_judged_and_the_rest_is_told() -> None:
    """Each load has its row."""
    told = report([Rates(load="speech", off=(100.0,), on=(97.0,)), Rates(load="at once", off=(400.0,), on=(300.0,))])
    rows = [line for line in told.splitlines() if line.startswith(("| speech", "| at once"))]
    assert "0.970" in rows[0]
    assert "≥ 0.9" in rows[0]
    assert "0.750" in rows[1]
