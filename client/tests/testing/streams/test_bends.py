"""The small ways to bend a stream."""

import pytest

from nexy_client.testing.steps import Hang
from nexy_client.testing.streams import bends
from nexy_client.testing.streams.plan import StreamPlan
from nexy_client.testing.streams.steps import Call, Send, Step, good_steps, within_limit
from nexy_protocol import datastream_pb2 as pb

PLAN = StreamPlan(rows=6, sensors=2, bins=3)
END = 0


def call(attempt: int = 0, resume: int = 0, plan: StreamPlan = PLAN) -> Call:
    """A call of the stream."""
    request = pb.StreamRequest(job_id="12-1", resume_after_frame=resume)
    return Call(plan=plan, request=request, attempt=attempt, begin_ms=1_000_000)


def numbers(steps: list[Step]) -> list[int | str]:
    """Frame numbers, 0 for the end, other steps by their kind."""
    return [step.number if isinstance(step, Send) else type(step).__name__ for step in steps]


def bent(bend: bends.Bend) -> list[int | str]:
    """What comes of a good stream."""
    return numbers(bend(good_steps(call()), call()))


@pytest.mark.parametrize(("resume", "first"), [(0, 1), (4, 5)])
def test_a_good_stream_goes_on_after_a_frame(resume: int, first: int) -> None:
    """Numbers grow by one to the last row, then the end."""
    assert numbers(good_steps(call(resume=resume))) == [*range(first, 7), END]


def test_a_live_stream_is_paced_and_has_no_end() -> None:
    """A row can be sent when it is over."""
    steps = bends.frames_of(good_steps(call(plan=StreamPlan(rows=3, live=True, first_number=501))))
    assert [step.number for step in steps] == [501, 502, 503]
    assert [round(step.at * 25.6, 6) for step in steps] == [1, 2, 3]


def test_frames_are_lost_cut_and_interrupted() -> None:
    """By the numbers of the good stream."""
    assert bent(bends.without([2, 3])) == [1, 4, 5, 6, END]
    assert bent(bends.cut_after(2, Hang())) == [1, 2, "Hang"]
    assert bent(bends.cut_after(0, Hang())) == ["Hang"]
    assert bent(bends.inserted(5, Hang())) == [1, 2, 3, 4, 5, "Hang", 6, END]


def test_numbers_and_times_are_changed() -> None:
    """Of all frames, or from one to another; the end is no frame."""
    assert bent(bends.renumbered(lambda number: number * 2)) == [2, 4, 6, 8, 10, 12, END]
    steps = bends.each(bends.moved(7), 2, 3)(good_steps(call()), call())
    starts = [step.frame.rows[0].startTimestamp for step in bends.frames_of(steps)]
    good = [step.frame.rows[0].startTimestamp for step in bends.frames_of(good_steps(call()))]
    assert [bad - right for bad, right in zip(starts, good, strict=True)] == [0, 7, 7, 0, 0, 0]


def test_only_the_first_call_is_bent() -> None:
    """What is retried is good."""
    bend = bends.first_call(bends.cut_after(1))
    assert numbers(bend(good_steps(call()), call())) == [1]
    assert numbers(bend(good_steps(call(1)), call(1)))[-1] == END


def test_content_changes_and_the_extremes_follow_unless_told() -> None:
    """One value of one frame."""
    for truthful, highest in ((True, 9.0), (False, None)):
        good = bends.frames_of(good_steps(call()))[2].frame.current_max_amp
        change = bends.rewritten(bends.one_value(9.0, 1, 2), truthful=truthful)
        frame = bends.frames_of(bends.at(3, change)(good_steps(call()), call()))[2].frame
        assert frame.rows[0].sensors[1].intensity[2] == 9.0
        assert frame.current_max_amp == (highest or good)


def test_a_copy_is_independent() -> None:
    """A repeated frame can be stamped by itself."""
    step = bends.frames_of(good_steps(call()))[0]
    twin = bends.copied(step)
    twin.frame.frame_number = 9
    assert step.number == 1


@pytest.mark.parametrize(("limit", "left"), [(0, [*range(1, 7), END]), (3, [1, 2, 3]), (6, [*range(1, 7), END])])
def test_no_more_frames_than_asked_for(limit: int, left: list[int]) -> None:
    """A stream that was cut has no end_of_stream; a complete one has."""
    assert numbers(within_limit(good_steps(call()), limit)) == left
