"""What may be wrong with the times of rows: gaps, overlaps, lengths, units, ranges."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from client.tests.mutation.case import Category, Fault, fault
from client.tests.mutation.proofs import lengths, seams, spans
from client.tests.mutation.topics import Topic

from nexy_client.testing.streams.bends import ChangeFrame, at, each, moved
from nexy_client.testing.streams.plan import RECORDED_AT_MS
from nexy_client.testing.streams.steps import Call, Step, good_steps
from nexy_protocol import datastream_pb2 as pb

_time = partial(fault, Category.TIME)
ROW_MS = 39
HOUR_MS = 3_600_000


def _times(change: Callable[[int, int], tuple[int, int]]) -> ChangeFrame:
    def apply(frame: pb.DataStream) -> None:
        row = frame.rows[0]
        row.startTimestamp, row.endTimestamp = change(row.startTimestamp, row.endTimestamp)

    return apply


def _drifting(frame: pb.DataStream) -> None:
    moved(frame.frame_number - 1)(frame)


def _longer_rows(steps: list[Step], call: Call) -> list[Step]:
    plan = replace(call.plan, row_seconds=call.plan.row_seconds * 1.02)
    return good_steps(replace(call, plan=plan))


def _backwards(frame: pb.DataStream) -> None:
    row = frame.rows[0]
    mirror = 2 * RECORDED_AT_MS + 3906
    row.startTimestamp, row.endTimestamp = mirror - row.endTimestamp, mirror - row.startTimestamp


ROW_TIME_FAULTS: tuple[Fault, ...] = (
    _time("gap_of_one_row", [Topic.GAP], "39 ms are missing between frames 39 and 40", each(moved(ROW_MS), 40),
          lambda wire: max(seams(wire)) == ROW_MS),
    _time("gap_of_a_second", [Topic.GAP], "a second is missing between frames 39 and 40", each(moved(1000), 40),
          lambda wire: max(seams(wire)) == 1000),
    _time("gap_of_3_ms", [Topic.GAP], "3 ms are missing between frames 39 and 40", each(moved(3), 40),
          lambda wire: max(seams(wire)) == 3),
    _time("overlap_of_half_a_row", [Topic.OVERLAP], "frame 40 begins 20 ms before frame 39 ends",
          each(moved(-20), 40), lambda wire: min(seams(wire)) == -20),
    _time("one_row_displaced", [Topic.GAP, Topic.OVERLAP], "frame 40 lies 10 ms late, frame 41 does not",
          at(40, moved(10)), lambda wire: (max(seams(wire)), min(seams(wire))) == (10, -10)),
    _time("times_run_backwards", [Topic.OVERLAP, Topic.GAP], "every row lies before the one before it",
          each(_backwards), lambda wire: max(seams(wire)) < -ROW_MS),
    _time("times_stand_still", [Topic.OVERLAP], "every row has the times of the first",
          each(_times(lambda *_: (RECORDED_AT_MS, RECORDED_AT_MS + ROW_MS))),
          lambda wire: len(set(spans(wire))) == 1),
    _time("rows_2_percent_longer", [Topic.ROW_LENGTH], "rows last 39.84 ms, lines_dt says 39.06 ms", _longer_rows,
          lambda wire: spans(wire)[-1][1] - spans(wire)[0][0] > 1.015 * 100 * 39.0625),
    _time("one_row_too_long", [Topic.INTERVAL, Topic.OVERLAP, Topic.ROW_LENGTH], "frame 40 lasts 59 ms",
          at(40, _times(lambda start, end: (start, end + 20))), lambda wire: max(lengths(wire)) > 58),
    _time("slow_drift", [Topic.DRIFT, Topic.ROW_LENGTH, Topic.GAP], "every row begins 1 ms late, 99 ms in all",
          each(_drifting), lambda wire: spans(wire)[-1][1] - spans(wire)[0][0] == 3906 + 99),
    _time("end_before_start", [Topic.INTERVAL], "frame 40 ends before it begins",
          at(40, _times(lambda start, end: (end, start))), lambda wire: min(lengths(wire)) < 0),
    _time("rows_without_length", [Topic.INTERVAL, Topic.ROW_LENGTH], "every row ends where it begins",
          each(_times(lambda start, _: (start, start))), lambda wire: set(lengths(wire)) == {0}),
    _time("times_in_seconds", [Topic.UNIT, Topic.INTERVAL, Topic.RANGE], "row times are seconds, not milliseconds",
          each(_times(lambda start, end: (start // 1000, end // 1000))),
          lambda wire: spans(wire)[0][0] == RECORDED_AT_MS // 1000),
    _time("times_in_microseconds", [Topic.UNIT, Topic.INTERVAL, Topic.RANGE, Topic.ROW_LENGTH],
          "row times are microseconds, not milliseconds",
          each(_times(lambda start, end: (start * 1000, end * 1000))),
          lambda wire: spans(wire)[0][0] == RECORDED_AT_MS * 1000),
    _time("times_never_set", [Topic.UNIT, Topic.INTERVAL, Topic.RANGE], "row times are 0",
          each(_times(lambda *_: (0, 0))), lambda wire: set(spans(wire)) == {(0, 0)}),
    _time("an_hour_off", [Topic.RANGE], "rows begin an hour after the range that was asked for",
          each(moved(HOUR_MS)), lambda wire: spans(wire)[0][0] == RECORDED_AT_MS + HOUR_MS),
    _time("five_seconds_off", [Topic.RANGE], "rows begin 5 s after the range and so end after it",
          each(moved(5000)), lambda wire: spans(wire)[0][0] == RECORDED_AT_MS + 5000),
)  # fmt: skip
