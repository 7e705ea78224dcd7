"""server_timestamp is a clock."""

from dataclasses import replace

import pytest
from client.tests.validation.examples import LIVE, NOW_MS, ROW_S, due, good, only, played, told

from nexy_protocol.frame import Frame

CALM = {"latency_p95_s": 1e6, "data_latency_s": 1e6}


def stamped(count: int = 60, *, divisor: int = 1, add: int = 0, first: int = 1) -> list[Frame]:
    """A live stream whose stamps are other numbers from `first` on."""
    return [
        replace(one, server_timestamp=one.server_timestamp // divisor + add) if one.frame_number >= first else one
        for one in good(count, live=True)
    ]


def test_a_clock_that_goes() -> None:
    """Its offset is measured: ours is 2 ms behind what was stamped."""
    report = played(good(live=True), asked=LIVE, complete=False)
    assert next(one.value for one in report.figures if one.name == "clock_offset") == pytest.approx(-0.002, abs=0.001)
    assert not report.findings


@pytest.mark.parametrize("value", [0, -1])
def test_a_clock_that_was_never_set(value: int) -> None:
    """Every frame tells it."""
    frames = [replace(one, server_timestamp=value) for one in good(live=True)]
    assert told(frames, asked=LIVE) == {"server_timestamp"}


@pytest.mark.parametrize("unit", [1000, 1 / 1000, 1 / 1_000_000])
def test_a_clock_in_another_unit(unit: float) -> None:
    """Seconds, microseconds, nanoseconds."""
    frames = [replace(one, server_timestamp=int(one.server_timestamp / unit)) for one in good(live=True)]
    assert told(frames, asked=LIVE) == {"time_unit"}


def test_a_clock_that_stands() -> None:
    """Told once; half a second and five frames are needed."""
    frames = [replace(one, server_timestamp=NOW_MS) for one in good(live=True)]
    report = played(frames, asked=LIVE, complete=False, limits=CALM)
    assert {one.code for one in report.findings} == {"server_timestamp_stuck"}
    assert report.counts["server_timestamp_stuck"] == 1
    assert told(frames[:10], asked=LIVE, limits=CALM) == set()


def test_frames_that_were_sent_together() -> None:
    """Twenty with one stamp, at once."""
    frames = [replace(one, server_timestamp=NOW_MS + 800 * -(-one.frame_number // 20)) for one in good(60)]
    assert told(frames, at=lambda place: 0.8 * -(-place // 20) + 0.01 + place * 1e-4) == set()


@pytest.mark.parametrize(("back_ms", "codes"), [(41, set()), (100, {"suspect_time_tag"})])
def test_a_clock_that_goes_back(back_ms: int, codes: set[str]) -> None:
    """By more than a millisecond or so below the stamp before."""
    frames = stamped()
    frames[29] = replace(frames[29], server_timestamp=frames[29].server_timestamp - back_ms + 1)
    assert told(frames, asked=LIVE) == codes


@pytest.mark.parametrize(("ahead_s", "codes"), [(4.9, set()), (5.2, {"clock_offset"}), (3600.0, {"clock_offset"})])
def test_a_clock_that_is_ahead(ahead_s: float, codes: set[str]) -> None:
    """Five seconds at most."""
    found = told(stamped(add=int(ahead_s * 1000)), asked=LIVE, limits=CALM)
    assert found == codes


def test_a_clock_that_is_behind() -> None:
    """The finding tells by how much, with its sign."""
    report = played(stamped(add=-7000), asked=LIVE, complete=False, limits=CALM)
    assert only(report, "clock_offset").value == pytest.approx(-7, abs=0.01)


@pytest.mark.parametrize(("ppm", "codes"), [(500, set()), (20_000, {"clock_drift"}), (-20_000, {"clock_drift"})])
def test_a_clock_with_another_pace(ppm: int, codes: set[str]) -> None:
    """Two per cent are noticed after some seconds, a twentieth of that is not."""
    frames = [
        replace(one, server_timestamp=NOW_MS + round(one.frame_number * ROW_S * 1000 * (1 + ppm * 1e-6)))
        for one in good(400, live=True)
    ]
    assert told(frames, asked=LIVE, limits=CALM) == codes


def test_buffers_that_fill_are_no_drift() -> None:
    """A recording comes as fast as it can be read."""
    assert told(good(200), at=lambda place: due(place) + place * 0.004) == set()
