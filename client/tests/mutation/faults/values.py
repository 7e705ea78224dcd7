"""What may be wrong with the numbers of a frame: not finite, dead, stuck, extremes that lie."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from client.tests.mutation import proofs
from client.tests.mutation.case import Category, Fault, Watching, fault
from client.tests.mutation.proofs import every, lying_extremes, not_finite, some
from client.tests.mutation.topics import Topic
from client.tests.mutation.wire import Wire

from nexy_client.testing.streams import bends
from nexy_client.testing.streams.bends import at, each, one_value, rewritten
from nexy_client.testing.streams.frames import fill, read_intensities, set_extremes
from nexy_client.testing.streams.plan import Amplitudes
from nexy_client.testing.streams.steps import Bend, Call, Step
from nexy_protocol import datastream_pb2 as pb

FRAME = 30
F32 = Watching(encoding=int(pb.PACKED_F32))
_content = partial(fault, Category.CONTENT)


def _sensor_nan(row: Amplitudes) -> Amplitudes:
    row = row.copy()
    row[5] = np.nan
    return row


def _frozen(first: int, last: int = bends.ENDLESS) -> Bend:
    """Every frame after `first` up to `last` holds what `first` holds."""

    def bend(steps: list[Step], _: Call) -> list[Step]:
        frames = bends.frames_of(steps)
        still = next(step.frame for step in frames if step.number == first)
        values = read_intensities(still)
        for step in frames:
            if first < step.number <= last:
                fill(step.frame.rows[0], step.frame.rows[0].sensors[0].id, values, pb.FLOAT)
                set_extremes(step.frame, values)
        return steps

    return bend


def _sensor_stuck(row: Amplitudes) -> Amplitudes:
    row = row.copy()
    row[5] = np.linspace(0.6, 1.9, row.shape[1])
    return row


def _extremes(change: Callable[[float, float], tuple[float, float]]) -> Bend:
    def apply(frame: pb.DataStream) -> None:
        frame.current_max_amp, frame.current_min_amp = change(frame.current_max_amp, frame.current_min_amp)

    return each(apply)


def _extremes_of_the_frame_before(steps: list[Step], _: Call) -> list[Step]:
    frames = [step.frame for step in bends.frames_of(steps)]
    said = [(frame.current_max_amp, frame.current_min_amp) for frame in frames]
    for frame, (highest, lowest) in zip(frames[1:], said, strict=False):
        frame.current_max_amp, frame.current_min_amp = highest, lowest
    return steps


def _big_endian(row: Amplitudes) -> Amplitudes:
    return row.byteswap()


def _one(value: float) -> bends.ChangeFrame:
    # Extremes of the good frame: the only fault is the one value.
    return rewritten(one_value(value), truthful=False)


def _row_5_still(wire: Wire) -> bool:
    values = [read_intensities(frame) for frame in wire.first.data]
    return all((row[5] == values[0][5]).all() for row in values) and (values[0][6] != values[1][6]).any()


def _has(value: float) -> proofs.Proof:
    return some(lambda frame: bool(np.isin(np.float32(value), read_intensities(frame))))


VALUE_FAULTS: tuple[Fault, ...] = (
    _content("nan_in_one_value", [Topic.FINITE], "frame 30, channel 105, bin 7: NaN", at(FRAME, _one(math.nan)),
             some(not_finite)),
    _content("plus_infinity_in_one_value", [Topic.FINITE], "frame 30, channel 105, bin 7: inf",
             at(FRAME, _one(math.inf)), _has(math.inf)),
    _content("minus_infinity_in_one_value", [Topic.FINITE], "frame 30, channel 105, bin 7: -inf (0 as dB)",
             at(FRAME, _one(-math.inf)), _has(-math.inf)),
    _content("nan_sensor_unnamed", [Topic.FINITE], "channel 105 is NaN in every frame and nothing names it",
             each(rewritten(_sensor_nan, truthful=False)), every(not_finite)),
    _content("nan_packed", [Topic.FINITE], "frame 30, channel 105, bin 7: NaN", at(FRAME, _one(math.nan)),
             some(not_finite), watching=F32),
    _content("zeros_from_frame_40", [Topic.ZEROS], "nothing but zeros from frame 40 on",
             each(rewritten(bends.zeros), 40), some(proofs.silent)),
    _content("zeros_throughout", [Topic.ZEROS], "nothing but zeros", each(rewritten(bends.zeros)),
             every(proofs.silent)),
    _content("zeros_for_ten_frames", [Topic.ZEROS], "nothing but zeros in frames 40 to 49",
             each(rewritten(bends.zeros), 40, 49), some(proofs.silent)),
    _content("zeros_packed", [Topic.ZEROS], "nothing but zeros from frame 40 on", each(rewritten(bends.zeros), 40),
             some(proofs.silent), watching=F32),
    _content("stuck_from_frame_40", [Topic.STUCK], "the picture stands still from frame 40 on", _frozen(40),
             proofs.repeats(60)),
    _content("stuck_for_ten_frames", [Topic.STUCK], "frames 40 to 50 hold the same picture", _frozen(40, 50),
             proofs.repeats(10)),
    _content("stuck_throughout", [Topic.STUCK], "every frame holds the same picture", _frozen(1), proofs.repeats(99)),
    _content("one_sensor_stuck", [Topic.STUCK], "channel 105 repeats the same values while others move",
             each(rewritten(_sensor_stuck)), _row_5_still),
    _content("maximum_wrong_by_1_percent", [Topic.EXTREMES], "current_max_amp is 1 % above the largest value",
             _extremes(lambda high, low: (high * 1.01, low)), every(lying_extremes)),
    _content("minimum_wrong_by_1_percent", [Topic.EXTREMES], "current_min_amp is 1 % below the smallest value",
             _extremes(lambda high, low: (high, low * 0.99)), every(lying_extremes)),
    _content("maximum_wrong_once", [Topic.EXTREMES], "frame 30: current_max_amp is half the largest value",
             at(FRAME, lambda frame: setattr(frame, "current_max_amp", frame.current_max_amp / 2)),
             some(lying_extremes)),
    _content("extremes_swapped", [Topic.EXTREMES], "current_max_amp is below current_min_amp",
             _extremes(lambda high, low: (low, high)), every(lambda f: f.current_max_amp < f.current_min_amp)),
    _content("extremes_nan", [Topic.EXTREMES], "the extremes are NaN", _extremes(lambda *_: (math.nan, math.nan)),
             every(lambda frame: math.isnan(frame.current_max_amp))),
    _content("extremes_missing", [Topic.EXTREMES], "both extremes are 0: they were never set",
             _extremes(lambda *_: (0.0, 0.0)), every(lambda frame: frame.current_max_amp == 0.0)),
    _content("extremes_of_the_frame_before", [Topic.EXTREMES], "the extremes lag by one frame",
             _extremes_of_the_frame_before, some(lying_extremes)),
    _content("bytes_swapped", [Topic.EXTREMES, Topic.FINITE], "the floats are big endian",
             each(rewritten(_big_endian, truthful=False)), some(lying_extremes)),
)  # fmt: skip
