"""Rows last lines_dt and abut, and no error adds up."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from client.tests.validation.examples import (
    RECORDED_MS,
    ROW_MS,
    answer,
    bent,
    frame_of,
    frames_of,
    good,
    only,
    played,
    told,
)

from nexy_client.validation import Asked
from nexy_protocol.frame import Frame

Times = Callable[[int, int, int], tuple[int, int]]


def timed(times: Times, count: int = 60) -> list[Frame]:
    """A good stream whose rows have other times: of number, start and end."""
    found = []
    for frame in good(count):
        row = frame.rows[0]
        start, end = times(frame.frame_number, row.startTimestamp, row.endTimestamp)
        found.append(replace(frame, rows=[replace(row, startTimestamp=start, endTimestamp=end)]))
    return found


def test_rows_that_abut_are_good() -> None:
    """Edges rounded to milliseconds, for a long time."""
    assert told(good(3000)) == set()


@pytest.mark.parametrize("lines_dt", [0.039, 126 / 3218, 0.0390625, 0.0417, 5.12])
def test_any_row_rate_is_good(lines_dt: float) -> None:
    """Whole milliseconds or not."""
    rows = timed(lambda n, *_: (RECORDED_MS + round((n - 1) * lines_dt * 1e3), RECORDED_MS + round(n * lines_dt * 1e3)))
    assert told(rows, of=answer(lines_dt=lines_dt, hop=0)) == set()


def test_truncated_edges_are_good() -> None:
    """A server may cut where another rounds."""
    assert told(timed(lambda n, *_: (RECORDED_MS + int((n - 1) * ROW_MS), RECORDED_MS + int(n * ROW_MS)), 400)) == set()


@pytest.mark.parametrize(
    ("moved", "code", "value"),
    [(39, "num_gaps", 39), (3, "num_gaps", 3), (-20, "num_overlaps", 20), (-3, "num_overlaps", 3)],
)
def test_gaps_and_overlaps(moved: int, code: str, value: int) -> None:
    """From frame 20 on the rows lie elsewhere; told once, with its length."""
    report = played(timed(lambda n, start, end: (start + moved * (n >= 20), end + moved * (n >= 20)), 30))
    found = only(report, code)
    assert (found.frame, found.value) == (20, pytest.approx(value, abs=1))
    assert report.counts[code] == 1
    longest = {"num_gaps": "max_gap", "num_overlaps": "max_overlap"}[code]
    assert next(one.value for one in report.figures if one.name == longest) == pytest.approx(value / 1000, abs=1e-3)


@pytest.mark.parametrize("moved", [1, -1])
def test_a_millisecond_is_rounding(moved: int) -> None:
    """Either way."""
    assert told(timed(lambda n, start, end: (start + moved * (n >= 20), end + moved * (n >= 20)))) == set()


def test_lost_frames_are_no_gap_in_time() -> None:
    """Their rows would have lain between."""
    live = Asked(live=True)
    assert told(frames_of([*range(1, 10), *range(13, 31)], live=True), asked=live) == {
        "frames_lost",
        "percent_availability",
    }


def test_rows_that_run_backwards() -> None:
    """Every one overlaps."""
    report = played(timed(lambda n, start, end: (2 * RECORDED_MS - end, 2 * RECORDED_MS - start), 30))
    assert report.counts["num_overlaps"] == 29


@pytest.mark.parametrize(
    ("times", "code"),
    [
        (lambda _n, start, end: (end, start), "row_time_order"),
        (lambda _n, start, _e: (start, start), "row_time_order"),
        (lambda *_: (0, 0), "row_time_order"),
        (lambda _n, start, end: (start, end + 20), "row_duration"),
        (lambda _n, start, end: (start, end - 2), "row_duration"),
        (lambda _n, start, end: (start // 1000, end // 1000), "time_unit"),
        (lambda _n, start, end: (start * 1000, end * 1000), "time_unit"),
        (lambda _n, start, end: (start * 1_000_000, end * 1_000_000), "time_unit"),
    ],
)
def test_rows_that_cannot_be(times: Times, code: str) -> None:
    """Each row by itself."""
    assert code in told(timed(times))


def test_a_long_row_is_told_with_both_lengths() -> None:
    """In milliseconds."""
    row = frame_of(5).rows[0]
    found = only(played(bent(good(), 5, endTimestamp=row.endTimestamp + 20)), "row_duration")
    assert (found.frame, found.value) == (5, row.endTimestamp + 20 - row.startTimestamp)
    assert found.expected == pytest.approx(ROW_MS, abs=1e-3)


def test_rows_that_slip_are_a_drift() -> None:
    """Each has the right length and begins a millisecond late."""
    report = played(timed(lambda n, start, end: (start + n - 1, end + n - 1)))
    assert {one.code for one in report.findings} == {"timing_quality"}
    assert only(report, "timing_quality").value == pytest.approx((ROW_MS + 1) / 1000, abs=2e-4)


@pytest.mark.parametrize("factor", [1.02, 0.98])
def test_rows_of_another_length_are_another_lines_dt(factor: float) -> None:
    """They abut, and each is within the tolerance; the finding tells their true length."""
    step = ROW_MS * factor
    report = played(timed(lambda n, *_: (RECORDED_MS + round((n - 1) * step), RECORDED_MS + round(n * step))))
    assert {one.code for one in report.findings} == {"row_duration"}
    assert only(report, "row_duration").value == pytest.approx(step, abs=0.3)


def test_rows_outside_the_range() -> None:
    """Before its start and after its end, a row of slack on either side."""
    start_s, end_s = RECORDED_MS / 1000, (RECORDED_MS + 30 * ROW_MS) / 1000
    asked = Asked(live=False, rows=30, start_s=start_s, end_s=end_s)
    assert told(good(), asked=asked) == set()
    late = told(timed(lambda _, start, end: (start + 3_600_000, end + 3_600_000), 30), asked=asked)
    early = told(timed(lambda _, start, end: (start - 5000, end - 5000), 30), asked=asked)
    assert late == early == {"row_outside_range"}


def test_an_answer_without_row_rate_leaves_times_alone() -> None:
    """Its own rule has told of it."""
    assert told(timed(lambda *_: (0, 0)), of=answer(lines_dt=0.0)) == {"lines_dt"}
