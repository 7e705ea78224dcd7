"""What may be wrong with when frames come, and with the server's clock; the waits are short, the limits lower."""

import math
from dataclasses import replace
from functools import partial

import grpc
from client.tests.mutation.case import LIVE, LIVE_FRAMES, Category, Fault, Watching, fault
from client.tests.mutation.judge import Limits
from client.tests.mutation.proofs import Proof, behind, ends_with, spans, stamps
from client.tests.mutation.topics import Topic
from client.tests.mutation.wire import Wire

from nexy_client.testing.steps import Hang
from nexy_client.testing.streams.bends import both, cut_after, each, frames_of, inserted, moved, sent
from nexy_client.testing.streams.plan import ROW_SECONDS
from nexy_client.testing.streams.steps import Bend, Call, Pause, Send, Step

HOUR_MS = 3_600_000
SILENCE = Pause(seconds=2.0)
IMPATIENT = Watching(limits=Limits(first_frame=0.8, stall=0.8), patience=1.4)
STALLS = replace(IMPATIENT, patience=8.0)
SLOW = Watching(max_frames=20)
BURST = 13
_time = partial(fault, Category.TIME)
_live = partial(_time, base=LIVE)


def _skewed(milliseconds: int, first: int = 0) -> Bend:
    return sent(lambda send: setattr(send, "skew_ms", milliseconds), first)


def _stamped_with(divisor: int, factor: int = 1) -> Bend:
    """Every frame bears the time of the call's begin, in another unit perhaps."""

    def bend(steps: list[Step], call: Call) -> list[Step]:
        for step in frames_of(steps):
            step.stamp = False
            step.frame.server_timestamp = factor * call.begin_ms // divisor
        return steps

    return bend


def _five_a_second(steps: list[Step], _: Call) -> list[Step]:
    for place, step in enumerate(steps):
        if isinstance(step, Send):
            step.at = (place + 1) * 0.2
    return steps


def _in_bursts(send: Send) -> None:
    send.at = math.ceil(send.number / BURST) * BURST * ROW_SECONDS


def _slower_than(frames_per_second: float) -> Proof:
    return lambda wire: len(wire.first.arrivals) / wire.first.arrivals[-1] < frames_per_second


def _bursts(wire: Wire) -> bool:
    return max(wire.first.waits) > 0.4 and sum(wait < 0.01 for wait in wire.first.waits) > LIVE_FRAMES // 2


def _waits_after(frames: int) -> Proof:
    return lambda wire: wire.first.waits[frames] > 1.5


def _ahead(wire: Wire) -> list[int]:
    return [stamp - came for stamp, came in zip(stamps(wire), wire.first.arrived_ms, strict=False)]


ARRIVAL_FAULTS: tuple[Fault, ...] = (
    _live("live_30_s_old", [Topic.STALE], "live rows are 30 s old when they come", each(moved(-30_000)),
          lambda wire: min(behind(wire)) > 29_000),
    _live("live_from_the_future", [Topic.STALE], "live rows end a minute after they came", each(moved(60_000)),
          lambda wire: max(behind(wire)) < -59_000),
    _live("server_clock_an_hour_ahead", [Topic.SERVER_CLOCK], "server_timestamp is an hour ahead",
          _skewed(HOUR_MS), lambda wire: min(_ahead(wire)) > HOUR_MS - 1000),
    _live("server_clock_jumps_back", [Topic.SERVER_CLOCK], "server_timestamp falls by 5 s at frame 30",
          _skewed(-5000, 30),
          lambda wire: any(after < before for before, after in zip(stamps(wire), stamps(wire)[1:], strict=False))),
    _live("server_clock_stands_still", [Topic.SERVER_CLOCK], "every frame bears the same server_timestamp",
          _stamped_with(1), lambda wire: len(set(stamps(wire))) == 1),
    _live("server_clock_never_set", [Topic.SERVER_CLOCK], "server_timestamp is 0", _stamped_with(1, 0),
          lambda wire: set(stamps(wire)) == {0}),
    _live("server_clock_in_seconds", [Topic.SERVER_CLOCK, Topic.UNIT], "server_timestamp is in seconds",
          _stamped_with(1000), lambda wire: 0 < max(stamps(wire)) < spans(wire)[0][0] // 900),
    _live("latency_of_1500_ms", [Topic.LATENCY], "frames come 1.5 s after they were sent",
          both(_skewed(-1500), each(moved(-1500))), lambda wire: max(_ahead(wire)) <= -1500),
    _live("live_at_5_frames_a_second", [Topic.RATE], "5 frames/s, more than 10 expected", _five_a_second,
          _slower_than(6), watching=SLOW),
    _time("historic_at_5_frames_a_second", [Topic.RATE], "5 frames/s, more than 10 expected", _five_a_second,
          _slower_than(6), watching=SLOW),
    _live("live_in_bursts", [Topic.JITTER], "13 frames at once twice a second", sent(_in_bursts), _bursts),
    _time("first_frame_late", [Topic.FIRST_FRAME], "the first frame came after 2 s, the limit is 0.8 s",
          inserted(0, SILENCE), _waits_after(0), watching=STALLS),
    _time("first_frame_never", [Topic.FIRST_FRAME, Topic.STALL], "no frame ever comes", cut_after(0, Hang()),
          ends_with(grpc.StatusCode.DEADLINE_EXCEEDED, 0), watching=IMPATIENT),
    _time("stall", [Topic.STALL], "2 s of silence after frame 20, the limit is 0.8 s", inserted(20, SILENCE),
          _waits_after(20), watching=STALLS),
    _time("hang", [Topic.STALL], "nothing comes after frame 20, and the call never ends", cut_after(20, Hang()),
          ends_with(grpc.StatusCode.DEADLINE_EXCEEDED, 20), watching=IMPATIENT),
    _time("end_never_comes", [Topic.STALL, Topic.END], "every row came and the call never ends",
          cut_after(100, Hang()), ends_with(grpc.StatusCode.DEADLINE_EXCEEDED, 100), watching=IMPATIENT),
)  # fmt: skip
