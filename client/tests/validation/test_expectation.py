"""What a stream must hold, drawn from its answer."""

import math
from typing import Any

import pytest
from client.tests.validation.examples import ROW_MS, answer

from nexy_client.streams import JobMetadata
from nexy_client.validation import Asked
from nexy_client.validation.expectation import expectation_of, row_s_of, window_s_of


def metadata(**changes: Any) -> JobMetadata:
    """The answer again, with its source."""
    told = answer()
    fields = {name: getattr(told, name) for name in told.__slots__}
    return JobMetadata(**{**fields, "source": "well", "prr": 1024.0, **changes})


def test_the_shape_is_that_of_the_answer() -> None:
    """Channels ascending, bins, and milliseconds of a row."""
    shuffled = answer(channel_to_stream_index={13: 0, 10: 0, 12: 0, 11: 0})
    expected = expectation_of(shuffled, 0, Asked())
    assert expected.channels.tolist() == [10, 11, 12, 13]
    assert (expected.sensors, expected.bins, expected.row_ms) == (4, 8, ROW_MS)


def test_each_stream_has_its_own_channels() -> None:
    """As the index tells."""
    two = answer(channel_to_stream_index={10: 0, 11: 0, 12: 1, 13: 1}, stream_amount=2)
    assert expectation_of(two, 1, Asked()).channels.tolist() == [12, 13]
    assert expectation_of(two, 2, Asked()).sensors == 0


@pytest.mark.parametrize("lines_dt", [0.0, -1.0, math.nan, math.inf])
def test_an_unusable_row_rate_is_none(lines_dt: float) -> None:
    """Nothing is judged by it."""
    wrong = answer(lines_dt=lines_dt)
    assert row_s_of(wrong) == window_s_of(wrong) == expectation_of(wrong, 0, Asked()).row_ms == 0.0


def test_rows_come_from_the_source_or_from_the_range() -> None:
    """The source's own word decides within a row of the range, not beyond; a live stream has no number of rows."""
    ranged = Asked(start_s=100.0, end_s=110.0)
    assert expectation_of(answer(), 0, ranged).rows == 256
    assert expectation_of(answer(), 0, Asked(start_s=100.0, end_s=110.0, rows=255)).rows == 255
    assert expectation_of(answer(), 0, Asked(start_s=100.0, end_s=110.0, rows=200)).rows == 256
    assert expectation_of(answer(), 0, Asked(rows=200)).rows == 200
    assert expectation_of(answer(), 0, Asked(live=True, start_s=100.0, end_s=110.0)).rows is None
    assert expectation_of(answer(), 0, Asked()).rows is None


def test_a_range_that_is_a_whole_number_of_rows_is_not_cut() -> None:
    """However its seconds are rounded in binary."""
    thirty = answer(lines_dt=0.1, hop=0)
    assert expectation_of(thirty, 0, Asked(start_s=0.0, end_s=0.3 * 10)).rows == 30


@pytest.mark.parametrize(
    ("asked", "live"),
    [(Asked(), None), (Asked(live=True), True), (Asked(rows=5), False), (Asked(start_s=1.0), False)],
)
def test_live_is_what_is_known_of_it(asked: Asked, live: bool | None) -> None:
    """None where nothing tells."""
    assert asked.is_live is live


def test_metadata_tells_the_rest() -> None:
    """Rows, the rate and the flagged channels."""
    asked = Asked.of(metadata(rows=30, dead_channels=(11,), nan_channels=(99,)))
    assert (asked.live, asked.rows, asked.sample_rate_hz) == (False, 30, 1024.0)
    assert expectation_of(answer(), 0, asked).flagged.tolist() == [11]
    assert Asked.of(metadata()).live is True
    assert Asked.of(metadata(prr=0.0)).sample_rate_hz is None


@pytest.mark.parametrize(
    ("nfft", "hop", "rows"),
    [(256, 20, 6), (256, 1, 129), (1024, 39, 13), (64, 40, 1), (40, 40, 0), (16, 40, 0), (0, 0, 0)],
)
def test_rows_that_share_a_window_at_the_edges(nfft: int, hop: int, rows: int) -> None:
    """Half the window less half a hop, and the row itself; none where windows do not overlap, or nothing is known."""
    found = expectation_of(answer(nfft_effective=nfft, hop=hop), 0, Asked(rows=100)).edge_rows
    assert found == rows
    assert expectation_of(answer(nfft_effective=nfft, hop=hop), 0, Asked(live=True)).edge_rows == 0


@pytest.mark.parametrize(("unit", "decibels"), [("dB re 1", True), ("DB", True), ("strain rate", False), ("", False)])
def test_decibels_are_known_by_the_unit(unit: str, decibels: bool) -> None:
    """In whatever case."""
    assert expectation_of(answer(intensity_unit=unit), 0, Asked()).decibels is decibels
