"""Frames are young when they come, and the first one comes soon."""

import pytest
from client.tests.validation.examples import HISTORIC, LIVE, NFFT, ROW_S, due, good, only, played, told

from nexy_client.validation import StreamReport

WINDOW_S = NFFT / 1024


def figure(report: StreamReport, name: str) -> float:
    """What was measured."""
    return next(one.value for one in report.figures if one.name == name)


def test_delays_are_measured_from_the_servers_stamp() -> None:
    """Two milliseconds here, within the histogram's step and the stamp's rounding."""
    report = played(good())
    assert figure(report, "feed_latency_p50") == pytest.approx(0.002, abs=0.0006)
    assert figure(report, "first_frame_latency") == pytest.approx(due(1))


@pytest.mark.parametrize(("delay_s", "codes"), [(0.9, set()), (1.1, {"feed_latency"})])
def test_frames_that_arrive_late(delay_s: float, codes: set[str]) -> None:
    """p95 against its limit of a second."""
    assert told(good(), at=lambda place: due(place) + delay_s) == codes


def test_one_late_frame_in_thirty_is_no_p95() -> None:
    """The others come in time; those behind it catch up."""
    assert told(good(), at=lambda place: due(30) + 1.5 if place == 30 else due(place)) == set()


def test_a_server_clock_that_is_ahead_hides_no_delay() -> None:
    """The least delay is taken for the way; the finding is the clock's where it is far ahead."""
    frames = good(live=True)
    behind = played(frames, asked=LIVE, complete=False, ahead_ms=-500)
    assert {one.code for one in behind.findings} == set()
    assert figure(behind, "feed_latency_p95") < 0.1


@pytest.mark.parametrize(("waited_s", "codes"), [(4.9, set()), (5.1, {"first_frame_latency"})])
def test_the_first_frame_is_waited_for_from_the_call(waited_s: float, codes: set[str]) -> None:
    """Five seconds; then the others come as they should, and the stamps follow."""
    report = played(
        good(), at=lambda place: waited_s + place * 0.001, limits={"clock_offset_s": 60, "latency_p95_s": 60}
    )
    assert {one.code for one in report.findings} == codes


def test_a_fresh_live_source_first_fills_a_window() -> None:
    """Its length is added to the limit."""
    at_limit = {"first_frame_s": 0.1, "latency_p95_s": 60}
    assert "first_frame_latency" not in told(good(live=True), asked=LIVE, limits=at_limit, at=lambda n: due(n) + 0.1)
    late = played(good(live=True), asked=LIVE, limits=at_limit, at=lambda n: due(n) + 0.2, complete=False)
    assert only(late, "first_frame_latency").expected == pytest.approx(0.1 + WINDOW_S, abs=1e-3)
    assert "first_frame_latency" in told(good(), asked=HISTORIC, limits=at_limit, at=lambda n: due(n) + 0.2)


@pytest.mark.parametrize(("old_s", "codes"), [(9.5, set()), (10.5, {"data_latency"})])
def test_old_live_rows(old_s: float, codes: set[str]) -> None:
    """Ten seconds and the window; a recording is as old as it is."""
    calm = {"clock_offset_s": 60, "latency_p95_s": 60, "first_frame_s": 60}
    assert told(good(live=True), asked=LIVE, limits=calm, at=lambda n: due(n) + old_s) == codes
    assert told(good(), limits=calm, at=lambda n: due(n) + old_s) == set()


def test_rows_of_the_future() -> None:
    """A minute ahead of our clock."""
    report = played(good(live=True), asked=LIVE, complete=False, ahead_ms=-60_000, limits={"clock_offset_s": 30})
    found = only(report, "row_in_future")
    assert found.value == pytest.approx(60 - 0.002, abs=0.001)
    assert report.counts["row_in_future"] == 30


def test_two_frames_are_too_few_to_judge() -> None:
    """Whatever their delays are."""
    late = {"first_frame_s": 60, "clock_offset_s": 60}
    assert "feed_latency" not in told(good(2), at=lambda n: due(n) + 2, limits=late)
    assert "feed_latency" in told(good(3), at=lambda n: due(n) + 2, limits=late)
    assert ROW_S < 1
