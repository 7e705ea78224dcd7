"""Small ways to bend a stream; frame numbers are those of the good stream, and a bend sees its own frames alone."""

from collections.abc import Callable, Iterable

import grpc
import numpy as np

from nexy_client.testing.steps import Finish
from nexy_client.testing.streams.frames import fill, read_intensities, set_extremes
from nexy_client.testing.streams.plan import Amplitudes
from nexy_client.testing.streams.steps import Bend, Call, Send, Step
from nexy_protocol import datastream_pb2 as pb

ENDLESS = 1 << 60
ChangeFrame = Callable[[pb.DataStream], object]


def each(change: ChangeFrame, first: int = -ENDLESS, last: int = ENDLESS) -> Bend:
    """Change every frame from `first` to `last`."""

    def bend(steps: list[Step], _: Call) -> list[Step]:
        for step in frames_of(steps):
            if first <= step.number <= last:
                change(step.frame)
        return steps

    return bend


def at(number: int, change: ChangeFrame) -> Bend:
    """Change one frame."""
    return each(change, number, number)


def rewritten(change: Callable[[Amplitudes], Amplitudes], *, truthful: bool = True) -> ChangeFrame:
    """Change the intensities, all else kept; `truthful` extremes follow them."""

    def apply(frame: pb.DataStream) -> None:
        row = frame.rows[0]
        encoding = row.packed.encoding if row.HasField("packed") else pb.FLOAT
        first = row.packed.first_id if row.HasField("packed") else row.sensors[0].id
        changed = change(read_intensities(frame))
        fill(row, first, changed, encoding)
        if truthful:
            set_extremes(frame, changed)

    return apply


def one_value(value: float, sensor: int = 5, position: int = 7) -> Callable[[Amplitudes], Amplitudes]:
    """Put one value into the row."""

    def change(row: Amplitudes) -> Amplitudes:
        row = row.copy()
        row[sensor, position] = value
        return row

    return change


def moved(milliseconds: int) -> ChangeFrame:
    """Move the row in time."""

    def apply(frame: pb.DataStream) -> None:
        frame.rows[0].startTimestamp += milliseconds
        frame.rows[0].endTimestamp += milliseconds

    return apply


def sent(change: Callable[[Send], object], first: int = -ENDLESS, last: int = ENDLESS) -> Bend:
    """Change how frames are sent: their hour and their stamp."""

    def bend(steps: list[Step], _: Call) -> list[Step]:
        for step in frames_of(steps):
            if first <= step.number <= last:
                change(step)
        return steps

    return bend


def without(numbers: Iterable[int]) -> Bend:
    """Leave frames out."""
    lost = set(numbers)
    return lambda steps, _: [step for step in steps if not (isinstance(step, Send) and step.number in lost)]


def renumbered(number: Callable[[int], int]) -> Bend:
    """Give frames other numbers."""
    return each(lambda frame: setattr(frame, "frame_number", number(frame.frame_number)))


def inserted(after: int, *more: Step) -> Bend:
    """Do something else after a frame, then go on."""

    def bend(steps: list[Step], _: Call) -> list[Step]:
        cut = position_after(steps, after)
        return [*steps[:cut], *more, *steps[cut:]]

    return bend


def cut_after(number: int, *more: Step) -> Bend:
    """Do something else after a frame, and no more; 0: before the first."""
    return lambda steps, _: [*steps[: position_after(steps, number)], *more]


def first_call(bend: Bend) -> Bend:
    """Bend the first call of a stream alone: what is retried is good."""
    return lambda steps, call: steps if call.attempt else bend(steps, call)


def both(first: Bend, second: Bend) -> Bend:
    """One after the other."""
    return lambda steps, call: second(first(steps, call), call)


def failed(status: grpc.StatusCode, details: str = "the source has failed") -> Finish:
    """An error status."""
    return Finish(status=status, details=details)


def frames_of(steps: list[Step]) -> list[Send]:
    """The steps that send a frame with data."""
    return [step for step in steps if isinstance(step, Send) and not step.frame.end_of_stream]


def position_after(steps: list[Step], number: int) -> int:
    """Where the step after a frame lies; 0 where there is no such frame before."""
    places = [place + 1 for place, step in enumerate(steps) if isinstance(step, Send) and 0 < step.number <= number]
    return max(places, default=0)


def copied(step: Send) -> Send:
    """The same again, with a frame of its own."""
    twin = pb.DataStream()
    twin.CopyFrom(step.frame)
    return Send(frame=twin, at=step.at, skew_ms=step.skew_ms, stamp=step.stamp)


def zeros(row: Amplitudes) -> Amplitudes:
    """Nothing but zeros."""
    return np.zeros_like(row)
