"""What may be wrong with the order of frames: lost, repeated, swapped, too many, too few, without an end."""

from dataclasses import replace
from functools import partial

import grpc
from client.tests.mutation.case import HISTORIC, LIVE, TWO_STREAMS, Category, Fault, Watching, fault
from client.tests.mutation.proofs import drops, numbers, steps
from client.tests.mutation.topics import Topic

from nexy_client.testing.streams import bends
from nexy_client.testing.streams.bends import both, each, without
from nexy_client.testing.streams.frames import end_of_stream
from nexy_client.testing.streams.steps import Bend, Call, Send, Step, good_steps

_sequence = partial(fault, Category.SEQUENCE)
_live = partial(_sequence, base=LIVE)
_back = [Topic.REPEAT, Topic.ORDER, Topic.RESTART]
_reset = bends.failed(grpc.StatusCode.UNAVAILABLE, "the connection was reset")


def _dropped(count: int, first: int = -bends.ENDLESS, last: int = bends.ENDLESS) -> Bend:
    return each(lambda frame: setattr(frame, "dropped_frames", count), first, last)


def _again(first: int, last: int) -> Bend:
    """Frames `first` to `last` come a second time after `last`."""

    def bend(steps: list[Step], _: Call) -> list[Step]:
        twins = [bends.copied(step) for step in bends.frames_of(steps) if first <= step.number <= last]
        cut = bends.position_after(steps, last)
        return [*steps[:cut], *twins, *steps[cut:]]

    return bend


def _swapped(steps: list[Step], _: Call) -> list[Step]:
    place = bends.position_after(steps, 30)
    steps[place - 1], steps[place] = steps[place], steps[place - 1]
    return steps


def _from_the_beginning(steps: list[Step], call: Call) -> list[Step]:
    if call.attempt == 0:
        return [*steps[:40], _reset]
    request = type(call.request)()
    request.CopyFrom(call.request)
    request.resume_after_frame = 0
    return good_steps(replace(call, request=request))


def _resumed_too_far(steps: list[Step], call: Call) -> list[Step]:
    return [*steps[:40], _reset] if call.attempt == 0 else steps[4:]


def _without_end(steps: list[Step], _: Call) -> list[Step]:
    return list(bends.frames_of(steps))


def _goes_on(steps: list[Step], _: Call) -> list[Step]:
    cut = bends.position_after(steps, 50)
    return [*steps[:cut], Send(frame=end_of_stream(50)), *steps[cut:]]


def _too_many(steps: list[Step], call: Call) -> list[Step]:
    longer = replace(call, plan=replace(call.plan, rows=call.plan.rows + 5))
    return good_steps(longer)


def _second_stream_empty(steps: list[Step], call: Call) -> list[Step]:
    return [Send(frame=end_of_stream(0))] if call.request.stream_id == 1 else steps


SEQUENCE_FAULTS: tuple[Fault, ...] = (
    _sequence("frame_lost", [Topic.LOSS], "frame 30 is missing", without([30]), lambda wire: 2 in steps(wire)),
    _sequence("ten_frames_lost", [Topic.LOSS], "frames 30 to 39 are missing", without(range(30, 40)),
              lambda wire: 11 in steps(wire)),
    _sequence("every_second_frame_lost", [Topic.LOSS], "every even frame is missing", without(range(2, 101, 2)),
              numbers([1, 3, 5, 7])),
    _sequence("numbers_step_by_two", [Topic.LOSS], "numbers grow by 2 though the rows abut",
              bends.renumbered(lambda number: 2 * number - 1), numbers([1, 3, 5, 7])),
    _sequence("historic_drops", [Topic.LOSS, Topic.DROPPED], "a recording lost three frames and calls them dropped",
              both(without(range(30, 33)), _dropped(3, 33)), lambda wire: 3 in drops(wire)),
    _live("live_frame_lost", [Topic.LOSS], "frame 30 is missing and dropped_frames says 0", without([30]),
          lambda wire: 2 in steps(wire) and not any(drops(wire))),
    _live("live_drops_too_many", [Topic.DROPPED, Topic.LOSS], "one frame is missing, dropped_frames says 5",
          both(without([30]), _dropped(5, 31)), lambda wire: 2 in steps(wire) and 5 in drops(wire)),
    _live("live_drops_too_few", [Topic.DROPPED, Topic.LOSS], "three frames are missing, dropped_frames says 1",
          both(without(range(20, 23)), _dropped(1, 23)), lambda wire: 4 in steps(wire) and 1 in drops(wire)),
    _live("live_drops_without_gap", [Topic.DROPPED], "dropped_frames grows to 4 and nothing is missing",
          _dropped(4, 30), lambda wire: set(steps(wire)) == {1} and 4 in drops(wire)),
    _live("live_drops_go_down", [Topic.DROPPED], "dropped_frames falls from 3 to 0 at frame 40",
          both(without(range(20, 23)), _dropped(3, 23, 39)), lambda wire: -3 in drops(wire)),
    _sequence("frame_repeated", [Topic.REPEAT], "frame 30 came twice", _again(30, 30),
              lambda wire: 0 in steps(wire)),
    _sequence("five_frames_repeated", [Topic.REPEAT, Topic.ORDER], "frames 26 to 30 came twice", _again(26, 30),
              lambda wire: -4 in steps(wire)),
    _sequence("number_stands_still", [Topic.REPEAT], "from frame 30 on every number is 30",
              bends.renumbered(lambda number: min(number, 30)), lambda wire: steps(wire).count(0) == 70),
    _sequence("numbers_never_set", [Topic.START, Topic.REPEAT], "every number is 0", bends.renumbered(lambda _: 0),
              numbers([0, 0, 0])),
    _sequence("order_swapped", [Topic.ORDER], "frame 31 came before frame 30", _swapped,
              lambda wire: -1 in steps(wire)),
    _sequence("numbering_restarts", [Topic.RESTART], "after frame 50 the numbers begin again at 1",
              bends.renumbered(lambda number: number - 50 if number > 50 else number),
              lambda wire: wire.first.numbers[49:52] == [50, 1, 2]),
    _sequence("number_jumps_back", _back, "after frame 50 the numbers go on at 41",
              bends.renumbered(lambda number: number - 10 if number > 50 else number), lambda wire: -9 in steps(wire)),
    _sequence("numbering_begins_at_0", [Topic.START], "the first number is 0",
              bends.renumbered(lambda number: number - 1), numbers([0, 1])),
    _sequence("numbering_negative", [Topic.START], "the first number is -1000",
              bends.renumbered(lambda number: number - 1001), numbers([-1000, -999])),
    _sequence("beginning_missing", [Topic.START, Topic.LOSS], "the first frame of the recording is 4",
              without([1, 2, 3]), numbers([4, 5])),
    _sequence("resume_ignored", _back, "after a reset the stream begins at 1 again, not at 41", _from_the_beginning,
              lambda wire: -39 in steps(wire)),
    _sequence("resume_skips", [Topic.LOSS], "after a reset frames 41 to 44 are missing", _resumed_too_far,
              lambda wire: 5 in steps(wire)),
    _sequence("rows_too_few", [Topic.COUNT], "97 frames, 100 expected", without([98, 99, 100]),
              lambda wire: len(wire.first.data) == 97 and wire.first.frames[-1].end_of_stream),
    _sequence("rows_too_many", [Topic.COUNT], "105 frames, 100 expected", _too_many,
              lambda wire: len(wire.first.data) == 105),
    _sequence("no_rows_at_all", [Topic.COUNT], "0 frames, 100 expected", without(range(1, 101)),
              lambda wire: not wire.first.data and wire.first.frames[-1].end_of_stream),
    _sequence("second_stream_empty", [Topic.COUNT], "stream 1 has 0 frames, 100 expected", _second_stream_empty,
              lambda wire: not wire.streams[1].data, base=TWO_STREAMS),
    _sequence("end_missing", [Topic.END], "the stream ended after its last row without end_of_stream", _without_end,
              lambda wire: not wire.first.frames[-1].end_of_stream),
    _sequence("end_missing_midway", [Topic.END, Topic.COUNT], "the stream ended after frame 60 with OK",
              bends.cut_after(60), lambda wire: len(wire.first.frames) == 60),
    _sequence("frames_after_the_end", [Topic.END], "frames follow end_of_stream", _goes_on,
              lambda wire: wire.first.frames[50].end_of_stream and len(wire.first.data) == 100),
    replace(
        _sequence("max_frames_ignored", [Topic.COUNT], "30 frames were asked for, 100 came", lambda steps, _: steps,
                  lambda wire: len(wire.first.data) == 100, watching=Watching(max_frames=30)),
        playbook=replace(HISTORIC, heeds_limit=False),
    ),
)  # fmt: skip
