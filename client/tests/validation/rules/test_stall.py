"""A stream does not stand still."""

import pytest
from client.tests.validation.examples import LIVE, SetClock, answer, due, good, only, played, told

from nexy_client.validation import StreamValidator, Thresholds
from nexy_client.validation.rules.stall import longest_pause_s

CALM = {"latency_p95_s": 60, "data_latency_s": 60, "jitter_share": 1, "clock_drift_ppm": 1e7, "rate_fps": 0}


def pausing(seconds: float) -> dict[str, object]:
    """Silence before frame 20."""
    return {"at": lambda place: due(place) + (seconds if place >= 20 else 0.0), "limits": CALM}


@pytest.mark.parametrize(("seconds", "codes"), [(1.9, set()), (2.1, {"stall"})])
def test_a_pause_in_the_middle(seconds: float, codes: set[str]) -> None:
    """Two seconds are the limit."""
    assert told(good(), **pausing(seconds)) == codes


def test_the_finding_tells_the_frame_behind_the_pause() -> None:
    """And how long it was."""
    found = only(played(good(), **pausing(3.0)), "stall")
    assert (found.frame, found.expected) == (20, 2.0)
    assert found.value == pytest.approx(3.04, abs=0.01)


def test_a_slow_stream_pauses_longer() -> None:
    """Ten of its rows."""
    assert longest_pause_s(Thresholds(), 0.04) == 2.0
    assert longest_pause_s(Thresholds(), 5.12) == pytest.approx(51.2)
    assert longest_pause_s(Thresholds(), 0.0) == 2.0
    assert longest_pause_s(Thresholds(), 0.04, 60.0) == 120.0
    codes = told(good(), of=answer(lines_dt=1.0, hop=0), **pausing(9.0))
    assert "stall" not in codes


def test_a_reconnection_is_no_stall() -> None:
    """It takes its time, and is told as such."""
    assert told(good(), retries=lambda: 1, **pausing(5.0)) == set()


def test_silence_at_the_end_of_what_was_watched() -> None:
    """Whoever gives up waiting tells it; a stream that was closed did not stall."""
    for waited, complete, codes in ((1.0, False, set()), (4.0, False, {"stall"}), (4.0, True, set())):
        clock = SetClock()
        validator = StreamValidator(answer(), asked=LIVE, clock=clock, thresholds=Thresholds.of(CALM))
        for place, frame in enumerate(good(live=True), 1):
            clock.now_s = due(place)
            validator.feed(frame)
        clock.now_s += waited
        found = {one.code for one in validator.finish(complete=complete).findings} - {"ended_early"}
        assert found == codes
