"""Where rows and their windows lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.sensor_streams.spectra.rows import RowGrid, hop_of


@pytest.mark.parametrize(
    ("rate", "hop"),
    [(1000.0, 39), (200.0, 8), (500.0, 20), (250.0, 10), (1050.0, 41), (3217.8, 126), (25.6, 1), (1.0, 1)],
)
def test_a_hop_is_the_nearest_to_a_row_rate_of_25_6(rate: float, hop: int) -> None:
    """round(rate / 25.6), at least one sample."""
    assert hop_of(rate) == hop


def test_a_window_is_centred_on_its_row() -> None:
    """Away from the edges the row's middle is the window's middle, within half a sample."""
    grid = RowGrid(nfft=256, hop=40, first_sample=1000, samples=10_000)
    row_middle = 1000 + 100 * 40 + 20
    assert grid.window_start(100) + 128 == row_middle


@given(
    nfft=st.integers(7, 11).map(lambda power: 2**power),
    hop=st.integers(1, 4000),
    rows=st.integers(1, 500),
    first=st.integers(0, 10**9),
    more=st.integers(0, 5000),
)
def test_windows_stay_inside_the_range(nfft: int, hop: int, rows: int, first: int, more: int) -> None:
    """Every window lies inside the range, never goes back, and holds its whole row where it is long enough."""
    samples = max(rows * hop, nfft) + more
    grid = RowGrid(nfft=nfft, hop=hop, first_sample=first, samples=samples)
    before = first
    for row in range(rows):
        start = grid.window_start(row)
        assert first <= before <= start <= first + samples - nfft
        if nfft >= hop:
            assert start <= first + row * hop
            assert start + nfft >= first + (row + 1) * hop
        before = start


@given(
    nfft=st.sampled_from((128, 1024, 2048, 65536)),
    hop=st.integers(1, 300),
    available=st.integers(0, 10**9),
)
def test_the_newest_live_row_is_complete(nfft: int, hop: int, available: int) -> None:
    """All of its window exists and not all of the next one's; the earliest is the first that needs no shift."""
    grid = RowGrid(nfft=nfft, hop=hop, first_sample=0, samples=None)
    newest = grid.newest_row(available)
    assert newest >= grid.first_centred_row
    assert grid.window_start(newest + 1) + nfft > available
    if newest > grid.first_centred_row:
        assert grid.window_start(newest) + nfft <= available
    assert grid.first_centred_row * hop + (hop - nfft) // 2 >= 0
    assert grid.window_start(grid.first_centred_row + 1) == grid.window_start(grid.first_centred_row) + hop


def test_a_time_is_found_again() -> None:
    """`row_at` is the inverse of `row_ns`."""
    grid = RowGrid(nfft=256, hop=39, first_sample=117, samples=None)
    for row in (0, 1, 77, 10**7):
        offset_ns = grid.row_ns(row, 1000.0, 5) - 5
        assert grid.row_at(offset_ns / 1e9 * 1000.0) == row


def test_rows_abut_at_odd_rates() -> None:
    """After a day the time of a row is still exact to the nanosecond: times are counted, not added up."""
    grid = RowGrid(nfft=256, hop=126, first_sample=0, samples=None)
    row = 2_200_000
    assert grid.row_ns(row, 3217.8, 0) == round(row * 126 * 1e9 / 3217.8)
