"""When a live row is skipped."""

from nexy.modules.sensor_streams.workers.pace import Pace
from support.clock import FakeClock

RATE = 1000


class _Run:
    """A computation at 1 kHz; `behind` samples wait after each step."""

    def __init__(self) -> None:
        self._clock = FakeClock()
        self._pace = Pace(RATE, self._clock.monotonic)
        self._available = 100_000

    def step(self, seconds: float, behind: int, heap: int = 0) -> bool:
        """Time passes, samples come with it, and `heap` at once; whether the row is too late."""
        self._clock.advance(seconds)
        self._available += round(seconds * RATE) + heap
        return self._pace.too_late(self._available - behind, self._available)


def test_a_computation_that_keeps_up_skips_nothing() -> None:
    """A few rows behind is no delay."""
    run = _Run()
    assert not any(run.step(0.039, behind) for behind in (10, 39, 500, 990, 0))


def test_a_slow_processor_skips() -> None:
    """More than a second behind, while samples come evenly."""
    run = _Run()
    assert [run.step(0.1, behind) for behind in (0, 400, 900, 1100)] == [False, False, False, True]


def test_a_file_that_comes_at_once_is_no_delay() -> None:
    """Ten seconds appear in a moment: all of them are shown; what is late beyond them is not."""
    run = _Run()
    run.step(0.1, 0)
    assert not run.step(0.1, 10_000, heap=10_000)
    assert not run.step(0.1, 9_000)
    assert run.step(0.1, 11_200)


def test_catching_up_is_no_delay_until_it_is_done() -> None:
    """Whoever begins eight seconds ago may take its time, but not fall further behind; once there, a second counts."""
    run = _Run()
    assert [run.step(0.1, behind) for behind in (8000, 5000, 2000, 0, 1100)] == [False, False, False, False, True]
    other = _Run()
    assert [other.step(0.1, behind) for behind in (8000, 8900, 9100)] == [False, False, True]
