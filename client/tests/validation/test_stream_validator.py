"""The validator as a whole: fed frame by frame, in constant memory."""

import gc
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from client.tests.validation.examples import (
    HISTORIC,
    LIVE,
    NOW_MS,
    ROW_MS,
    SetClock,
    answer,
    due,
    end_of,
    frame_of,
    frames_of,
    good,
    noise,
    only,
    played,
    run_of,
)

from nexy_client.streams import FrameUnreadable, JobMetadata, StreamError, StreamFailed
from nexy_client.validation import Figure, StreamValidator, Thresholds
from nexy_protocol.frame import Frame, Row


def test_a_good_stream_is_good() -> None:
    """Its frames, its seconds and its bytes are counted, and its figures have units."""
    report = played(good())
    assert report.passed
    assert (report.stream, report.frames, report.findings, report.counts) == (0, 30, (), {})
    assert report.seconds == pytest.approx(29 * ROW_MS / 1000)
    assert report.bytes_received == sum(one.size_bytes for one in good())
    assert {one.name for one in report.figures} >= {"frame_rate", "percent_availability", "num_gaps", "clock_offset"}


def test_findings_are_for_machines() -> None:
    """Each of a thoroughly broken stream goes through JSON as it is."""
    values = noise(5)
    values[0, 0] = np.nan
    broken = [frame_of(0), frame_of(5, values), frame_of(5), frame_of(3), frame_of(9, np.zeros((3, 7), np.float32))]
    report = played(broken, asked=HISTORIC)
    assert len(report.counts) > 8
    for finding in report.findings:
        told = json.loads(json.dumps(asdict(finding), allow_nan=False))
        assert told["code"] in report.counts
        assert finding.sentence


def test_findings_can_be_had_while_it_flows() -> None:
    """Those that a frame tells by itself."""
    validator = StreamValidator(answer(), asked=HISTORIC)
    validator.feed(frame_of(1))
    assert validator.findings == ()
    validator.feed(frame_of(4))
    assert [one.code for one in validator.findings] == ["frames_lost"]
    assert validator.frames == 2


def test_watching_gives_the_frames_on() -> None:
    """The very same ones; what is wrong is taken down on the way."""
    frames = [*frames_of((1, 2, 4)), end_of(4)]
    validator = StreamValidator(answer(), asked=HISTORIC)
    assert list(validator.watch(frames)) == frames
    assert only(validator.finish(), "frames_lost").frame == 4


def test_a_failure_is_taken_down_and_raised() -> None:
    """The caller learns of it, and so does the report."""

    def breaking() -> Iterable[Frame]:
        yield frame_of(1)
        raise StreamFailed("the source has failed", status="INTERNAL")

    validator = StreamValidator(answer(), asked=HISTORIC)
    with pytest.raises(StreamError):
        list(validator.watch(breaking()))
    found = only(validator.finish(), "stream_failed")
    assert (found.value, found.expected) == ("the source has failed", "INTERNAL")


def test_a_message_that_cannot_be_read() -> None:
    """As its own kind."""
    validator = StreamValidator(answer(), asked=HISTORIC)
    validator.failed(FrameUnreadable("no frame"))
    assert {one.code for one in validator.finish().findings} == {"decode_error"}


def test_metadata_bring_their_own_knowledge() -> None:
    """Rows and flagged channels need not be told twice."""
    told = answer()
    fields = {name: getattr(told, name) for name in told.__slots__}
    metadata = JobMetadata(**fields, source="well", prr=1024.0, rows=31)
    clock = SetClock()
    validator = StreamValidator(metadata, clock=clock)
    for place, frame in enumerate([*good(), end_of(30)], 1):
        clock.now_s = due(place)
        validator.feed(frame)
    assert only(validator.finish(), "row_count").expected == 31


def test_figures_of_the_caller_are_added() -> None:
    """Behind those of the rules."""
    validator = StreamValidator(answer(), asked=LIVE)
    figures = validator.finish(figures=[Figure(name="connect_time", value=0.2, unit="s")]).figures
    assert figures[-1].name == "connect_time"


def test_thresholds_change_the_verdict() -> None:
    """The same stream, judged more strictly."""
    assert played(good(), limits={"rate_fps": 20}).passed
    assert not played(good(), limits={"rate_fps": 26, "rate_share": 1.02}).passed
    assert Thresholds().rate_fps == 10


_LEFT_OUT = (type, ModuleType, FunctionType, BuiltinFunctionType)


def size_of(root: object) -> int:
    """Bytes of everything that can be reached, but code and what is not the validator's own."""
    seen: set[int] = set()
    left, total = [root], 0
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, _LEFT_OUT):
            continue
        seen.add(id(one))
        total += one.nbytes + 112 if isinstance(one, np.ndarray) else sys.getsizeof(one)
        left.extend(gc.get_referents(one))
    return total


def endless(first: int, last: int) -> Iterable[Frame]:
    """Live frames, quickly made."""
    pool = [noise(number) for number in range(7)]
    extremes = [(float(one.max()), float(one.min())) for one in pool]
    runs = [(run_of(one),) for one in pool]
    for number in range(first, last + 1):
        place = number % 7
        start, end = NOW_MS + round((number - 1) * ROW_MS), NOW_MS + round(number * ROW_MS)
        row = Row(canvasId="12-1", startTimestamp=start, endTimestamp=end, runs=runs[place])
        yield Frame(
            rows=(row,), current_max_amp=extremes[place][0], current_min_amp=extremes[place][1], frame_number=number,
            server_timestamp=end, size_bytes=228,
        )  # fmt: skip


def fed(validator: StreamValidator, clock: SetClock, frames: Iterable[Frame], bend: Callable[[Frame], Frame]) -> None:
    """Each frame in its time."""
    for frame in frames:
        clock.now_s = due(frame.frame_number)
        validator.feed(bend(frame))


def _as_it_is(frame: Frame) -> Frame:
    return frame


def _each_lies(frame: Frame) -> Frame:
    told: dict[str, Any] = {name: getattr(frame, name) for name in Frame.__slots__}
    return Frame(**{**told, "current_max_amp": 9.0})


@pytest.mark.parametrize(
    ("bend", "more"),
    [(_as_it_is, 8000), (_each_lies, 5000), pytest.param(_as_it_is, 98_000, marks=pytest.mark.slow)],
)
def test_memory_does_not_grow_with_the_stream(bend: Callable[[Frame], Frame], more: int) -> None:
    """An hour of live frames; and thousands of findings that are all alike."""
    clock = SetClock()
    validator = StreamValidator(answer(), asked=LIVE, clock=clock)
    fed(validator, clock, endless(1, 2000), bend)
    before = size_of(validator)
    fed(validator, clock, endless(2001, 2000 + more), bend)
    assert validator.frames == 2000 + more
    assert size_of(validator) < before * 1.02
    assert validator.finish(complete=False).passed is (bend is _as_it_is)
