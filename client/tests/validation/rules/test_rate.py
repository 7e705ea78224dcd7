"""Frames come often enough, and evenly where they are live."""

import random
from dataclasses import replace

import pytest
from client.tests.validation.examples import LIVE, NOW_MS, ROW_S, answer, due, frame_of, good, only, played, told

from nexy_protocol.frame import Frame

CALM = {"clock_offset_s": 60, "latency_p95_s": 60, "data_latency_s": 60, "clock_drift_ppm": 1e7, "stall_s": 60}


def test_the_usual_rate_is_good() -> None:
    """25.6 frames a second, measured."""
    report = played(good(live=True), asked=LIVE, complete=False)
    figures = {one.name: one for one in report.figures}
    assert figures["frame_rate"].value == pytest.approx(25.6)
    assert figures["jitter"].value == pytest.approx(0, abs=1e-6)
    assert figures["frame_rate"].unit == "1/s"
    assert not report.findings


@pytest.mark.parametrize(("rate", "codes"), [(10.5, set()), (9.5, {"frame_rate"})])
def test_the_least_rate_of_a_recording(rate: float, codes: set[str]) -> None:
    """Ten frames a second, however fast its rows would be."""
    assert told(good(), at=lambda place: place / rate, limits=CALM) == codes


@pytest.mark.parametrize(("share", "codes"), [(0.95, set()), (0.85, {"sample_rate_channel"})])
def test_a_live_stream_keeps_up_with_its_rows(share: float, codes: set[str]) -> None:
    """Nine tenths of 1 / lines_dt."""
    found = told(good(80, live=True), asked=LIVE, at=lambda place: place * ROW_S / share, limits=CALM)
    assert found - {"jitter"} == codes


def test_a_stream_of_few_rows_a_second_cannot_give_many() -> None:
    """Half a row a second, and all of them come."""
    slow = answer(lines_dt=2.0, hop=2048, nfft_effective=2048)
    codes = told(good(), of=slow, at=lambda place: place * 2.0, limits={**CALM, "row_ms": 1e9, "drift_ppm": 1e9})
    assert "frame_rate" not in codes
    assert "stall" not in codes


def test_the_worst_two_seconds_count() -> None:
    """A stream that is fast at first does not make up for its slow end."""
    report = played(good(200), at=lambda n: n * 0.005 if n < 180 else 0.9 + (n - 180) * 0.2, limits=CALM)
    assert only(report, "frame_rate").value == pytest.approx(5, rel=0.2)


def test_few_frames_are_not_judged() -> None:
    """Four of them, or a short while."""
    assert told(good(4), at=float, limits={**CALM, "first_frame_s": 9}) == set()
    assert "frame_rate" in told(good(5), at=float, limits={**CALM, "first_frame_s": 9})


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_thirty_percent_of_jitter_is_good(share: float) -> None:
    """Each frame early or late by a share of its row."""
    dice = random.Random(1)
    early_late = [dice.uniform(-share, share) * ROW_S for _ in range(100)]
    assert told(good(99, live=True), asked=LIVE, at=lambda n: 0.5 + due(n) + early_late[n]) == set()


@pytest.mark.parametrize(("burst", "codes"), [(1, set()), (13, {"jitter"})])
def test_frames_in_bursts(burst: int, codes: set[str]) -> None:
    """Half a second of frames at once."""
    found = told(good(100, live=True), asked=LIVE, at=lambda n: due(-(-n // burst) * burst) + n * 1e-5)
    assert found == codes


def test_a_recording_may_come_in_bursts() -> None:
    """It is read in chunks."""
    assert told(good(100), at=lambda n: due(-(-n // 20) * 20) + n * 1e-5) == set()


def test_what_a_late_joiner_gets_at_once_is_no_jitter() -> None:
    """Three frames that had been waiting."""
    assert told(good(40, live=True), asked=LIVE, at=lambda n: max(due(n), due(3))) == set()


PIECES = replace(LIVE, piece_s=2.0)


def in_pieces(number: int, seconds: float = 2.0) -> float:
    """When a recorder's file that holds this row was found: it is complete first, and has rested."""
    return (int((number - 1) * ROW_S / seconds) + 1) * seconds + 2.3 + number * 1e-4


def folder(count: int, seconds: float = 2.0) -> list[Frame]:
    """Good rows, each stamped when its file was read."""
    sent = [NOW_MS + round(in_pieces(number, seconds) * 1000) for number in range(1, count + 1)]
    return [frame_of(number, live=True, server_timestamp=stamp) for number, stamp in enumerate(sent, 1)]


def test_a_healthy_growing_folder_passes() -> None:
    """Files of two seconds, each read when it is complete: bursts that the source says of itself."""
    assert told(folder(600), asked=PIECES, at=in_pieces) == set()
    unsaid = told(folder(600), asked=LIVE, at=in_pieces)
    assert "jitter" in unsaid


def test_long_files_are_good_too() -> None:
    """Twenty seconds each: late by nature, and even."""
    asked = replace(LIVE, piece_s=20.0)
    assert told(folder(3000, 20.0), asked=asked, at=lambda n: in_pieces(n, 20.0)) == set()


def test_a_folder_whose_recorder_stops_is_still_caught() -> None:
    """Three files are missing from the fifth on: a stall; files that come at odd times: jitter."""
    stopped = told(good(600, live=True), asked=PIECES, at=lambda n: in_pieces(n) + (6.0 if n > 250 else 0.0))
    assert "stall" in stopped
    odd = told(good(800, live=True), asked=PIECES, at=lambda n: in_pieces(n, 3.6), limits={"stall_s": 9})
    assert "jitter" in odd


def test_a_folder_that_falls_behind_is_caught() -> None:
    """Every file takes half again as long as it should."""
    slow = told(good(600, live=True), asked=PIECES, at=lambda n: 1.5 * in_pieces(n), limits={"stall_s": 9})
    assert "sample_rate_channel" in slow
