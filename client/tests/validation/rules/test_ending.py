"""How streams end, and how many rows they have."""

from dataclasses import replace

import pytest
from client.tests.validation.examples import HISTORIC, LIVE, answer, end_of, frame_of, good, only, played

from nexy_client.streams import StreamStalled
from nexy_client.validation import Asked, Severity, StreamReport, StreamValidator


def codes(report: StreamReport) -> set[str]:
    """Of all findings."""
    return {one.code for one in report.findings}


def test_a_range_that_gives_all_its_rows_and_says_so() -> None:
    """The message may bear the number of the last frame, the next one, or none."""
    for number in (30, 31, 0):
        assert codes(played(good(), end=end_of(number))) == set()


def test_another_number_at_the_end() -> None:
    """It belongs to some other stream."""
    found = only(played(good(), end=end_of(12)), "end_number")
    assert (found.value, found.expected) == (12, 30)


@pytest.mark.parametrize(("rows", "code"), [(29, "row_count"), (31, "row_count")])
def test_more_or_fewer_rows_than_the_range_has(rows: int, code: str) -> None:
    """By a single one."""
    found = only(played(good(), asked=Asked(live=False, rows=rows)), code)
    assert (found.value, found.expected) == (30, rows)


def test_rows_are_counted_from_where_the_stream_went_on() -> None:
    """Twenty of thirty were had before."""
    frames = good()[20:]
    assert codes(played(frames, asked=HISTORIC, resume_after_frame=20)) == set()
    assert "row_count" in codes(played(frames[1:], asked=HISTORIC, resume_after_frame=20))


def test_a_call_that_just_closes() -> None:
    """Without the message that ends a range."""
    validator = StreamValidator(answer(), asked=HISTORIC)
    for frame in good():
        validator.feed(frame)
    assert "end_missing" in codes(validator.finish(complete=True))


def test_rows_asked_for_in_part_need_no_end() -> None:
    """max_frames is enough, one more is too much."""
    assert codes(played(good(10), max_frames=10, complete=False)) == set()
    found = only(played(good(11), max_frames=10, complete=False), "max_frames_exceeded")
    assert (found.frame, found.value, found.expected) == (11, 11, 10)


def test_fewer_rows_than_max_frames_are_judged_by_the_range() -> None:
    """The range was over before."""
    assert codes(played(good(), asked=HISTORIC, max_frames=100)) == set()
    assert codes(played(good(20), asked=HISTORIC, max_frames=100)) == {"row_count"}


def test_frames_after_the_end() -> None:
    """Each of them; the reader is told that more reading is of no use."""
    validator = StreamValidator(answer(), asked=HISTORIC)
    for frame in (*good(20), end_of(20)):
        validator.feed(frame)
    assert not validator.overrun
    validator.feed(frame_of(21))
    assert validator.overrun
    assert "frames_after_end" in codes(validator.finish())


def test_an_end_with_rows() -> None:
    """The last frame may not be the end at once, and nothing may follow it."""
    last = replace(frame_of(30), end_of_stream=True)
    report = played([*good(29), last], end=end_of(30))
    assert codes(report) == {"end_has_rows"}
    assert "frames_after_end" in codes(played([*good(28), replace(frame_of(29), end_of_stream=True), frame_of(30)]))


def test_a_live_stream_that_closes_without_a_word() -> None:
    """An error; where its source says that it is over, a warning."""
    silent = only(played(good(live=True), asked=LIVE, complete=True), "ended_early")
    said = only(played(good(live=True), asked=LIVE, complete=True, end=end_of(30)), "ended_early")
    assert (silent.severity, said.severity) == (Severity.ERROR, Severity.WARNING)
    assert codes(played(good(live=True), asked=LIVE, complete=False)) == set()


def test_a_stream_that_broke_off_is_told_by_its_failure_alone() -> None:
    """Rows that are missing follow from it."""
    clock_free = StreamValidator(answer(), asked=HISTORIC)
    for frame in good(12):
        clock_free.feed(frame)
    clock_free.failed(StreamStalled("nothing came"))
    found = [one.code for one in clock_free.finish().findings if one.severity is Severity.ERROR]
    assert found[0] == "stall"
    assert "row_count" not in found
    assert "end_missing" not in found
