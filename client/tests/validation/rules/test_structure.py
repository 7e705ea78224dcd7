"""A frame has one row, of its job, in the encoding of the request."""

from dataclasses import replace

import pytest
from client.tests.validation.examples import LIVE, SetClock, answer, bent, frame_of, good, only, played, quantised, told

from nexy_client.validation import Asked, Severity, StreamValidator
from nexy_protocol.encoding import Encoding


def test_one_row_each() -> None:
    """In the encoding that was asked for, where that is known."""
    assert told(good()) == told(good(), encoding=Encoding.FLOAT) == set()


def test_a_frame_without_rows() -> None:
    """Only the end has none."""
    found = only(played(bent(good(), 5, rows=[])), "rows_missing")
    assert (found.frame, found.value, found.expected) == (5, 0, 1)


def test_a_frame_with_its_row_twice() -> None:
    """The number of rows is told."""
    row = frame_of(5).rows[0]
    found = only(played(bent(good(), 5, rows=[row, row])), "row_amount")
    assert (found.frame, found.value) == (5, 2)


def test_a_row_of_another_job() -> None:
    """There and back are two changes."""
    report = played(bent(good(), 5, canvasId="12-2"))
    assert report.counts["canvas_id"] == 2
    assert (only(report, "canvas_id").value, only(report, "canvas_id").expected) == ("12-2", "12-1")


@pytest.mark.parametrize("asked", [Encoding.FLOAT, Encoding.PACKED_F32])
def test_another_encoding_than_was_asked_for(asked: Encoding) -> None:
    """By their names."""
    frames = [quantised(one) for one in good()]
    found = only(played(frames, encoding=asked), "encoding")
    assert (found.frame, found.value, found.expected) == (1, "PACKED_U8", asked.name)
    assert told(frames, encoding=Encoding.PACKED_U8) == set()


def test_nothing_came() -> None:
    """Of a range that has rows; one without any is done."""
    assert "no_frames" in told([], asked=Asked(live=False, rows=30))
    assert told([], asked=Asked(live=False, rows=0)) == set()


@pytest.mark.parametrize(("waited_s", "severity"), [(1.0, Severity.WARNING), (6.0, Severity.ERROR)])
def test_whoever_leaves_early_has_seen_nothing_wrong(waited_s: float, severity: Severity) -> None:
    """Before the first frame was due it is a warning."""
    clock = SetClock()
    validator = StreamValidator(answer(), asked=LIVE, clock=clock)
    clock.now_s = waited_s
    assert only(validator.finish(complete=False), "no_frames").severity is severity


def test_the_end_is_no_frame() -> None:
    """It has no rows and is counted nowhere."""
    report = played(good())
    assert report.frames == 30
    assert replace(frame_of(1), rows=[]).rows == []
