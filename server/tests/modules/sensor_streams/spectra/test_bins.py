"""Which bins are shown and how they are grouped."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.sensor_streams.spectra.bins import DisplayBins, display_bins


def test_every_bin_is_shown_where_there_is_room() -> None:
    """A height above the number of bins gives each bin of 0 to Nyquist its own place and frequency."""
    bins = display_bins(128, 10.0, 0.0, 640.0, 1000)
    assert bins == DisplayBins(first=0, last=64, count=65)
    assert bins.centres_hz(10.0) == tuple(10.0 * number for number in range(65))


def test_the_range_is_inclusive() -> None:
    """A bin on the border belongs to the range, one beside it does not."""
    assert display_bins(128, 10.0, 20.0, 40.0, 9) == DisplayBins(first=2, last=4, count=3)
    assert display_bins(128, 10.0, 20.1, 39.9, 9) == DisplayBins(first=3, last=3, count=1)


def test_a_range_between_two_bins_is_empty() -> None:
    """Where no bin lies, there is nothing to show."""
    assert display_bins(128, 10.0, 21.0, 29.0, 9) is None


def test_a_border_that_is_off_by_rounding_counts() -> None:
    """Bins of 0.1 Hz at the third one: 3 * 0.1 is not 0.3 in floating point."""
    bins = display_bins(128, 0.1, 0.3, 0.3, 9)
    assert bins == DisplayBins(first=3, last=3, count=1)


def test_groups_are_told_by_the_middle_of_their_members() -> None:
    """Five bins in two groups: 0 and 10 Hz, then 20 to 40 Hz."""
    bins = DisplayBins(first=0, last=4, count=2)
    assert bins.starts == (0, 2)
    assert bins.centres_hz(10.0) == (5.0, 30.0)


@given(
    power=st.integers(7, 11),
    rate=st.floats(10.0, 100_000.0),
    ends=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    height=st.integers(1, 1200),
)
def test_frequencies_ascend_inside_the_range(power: int, rate: float, ends: tuple[float, float], height: int) -> None:
    """Whatever is asked for: at most `height` frequencies, ascending, in the range; groups differ by one bin."""
    nfft = 2**power
    lowest, highest = sorted(end * rate / 2 for end in ends)
    bins = display_bins(nfft, rate / nfft, lowest, highest, height)
    if bins is None:
        assert highest - lowest < rate / nfft
        return
    centres = bins.centres_hz(rate / nfft)
    assert len(centres) == bins.count == min(height, bins.members)
    assert all(low < high for low, high in itertools.pairwise(centres))
    slack = rate * 1e-9
    assert lowest - slack <= centres[0]
    assert centres[-1] <= highest + slack
    sizes = [high - low for low, high in zip(bins.starts, (*bins.starts[1:], bins.members), strict=True)]
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 1


@pytest.mark.parametrize(("nfft", "rate"), [(128, 3217.8), (2048, 200.0), (65536, 1000.0)])
def test_nyquist_is_the_last_bin(nfft: int, rate: float) -> None:
    """The whole range ends with the bin at half the sample rate."""
    bins = display_bins(nfft, rate / nfft, 0.0, rate / 2, nfft)
    assert bins is not None
    assert bins.last == nfft // 2
    assert bins.centres_hz(rate / nfft)[-1] == pytest.approx(rate / 2)
