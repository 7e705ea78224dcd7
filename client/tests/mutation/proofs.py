"""How a plain client sees that a fault is on the wire."""

import itertools
from collections.abc import Callable

import grpc
import numpy as np
from client.tests.mutation.wire import StreamWire, Wire

from nexy_client.testing.streams.frames import read_intensities
from nexy_client.testing.streams.plan import StreamPlan
from nexy_protocol import datastream_pb2 as pb

Proof = Callable[[Wire], bool]
CHANNELS = list(StreamPlan().channels(0))


def some(holds: Callable[[pb.DataStream], bool]) -> Proof:
    """True of at least one frame of stream 0."""
    return lambda wire: any(holds(frame) for frame in wire.first.data)


def every(holds: Callable[[pb.DataStream], bool]) -> Proof:
    """True of all frames of stream 0, and there are some."""
    return lambda wire: bool(wire.first.data) and all(holds(frame) for frame in wire.first.data)


def ids(frame: pb.DataStream) -> list[int]:
    """The sensors of the first row."""
    return [sensor.id for sensor in frame.rows[0].sensors]


def bins(frame: pb.DataStream) -> set[int]:
    """The lengths of the sensors of the first row."""
    return {len(sensor.intensity) for sensor in frame.rows[0].sensors}


def first_ids(channels: list[int]) -> Proof:
    """At least one frame has just these sensors."""
    return some(lambda frame: ids(frame) == channels)


def not_finite(frame: pb.DataStream) -> bool:
    """Some value is no number."""
    return not np.isfinite(read_intensities(frame)).all()


def silent(frame: pb.DataStream) -> bool:
    """All values are zero."""
    return not read_intensities(frame).any()


def lying_extremes(frame: pb.DataStream) -> bool:
    """The extremes are not those of the values, by more than half a step of a byte."""
    values = read_intensities(frame)
    allowed = 0.0
    if frame.rows[0].packed.encoding == pb.PACKED_U8:
        allowed = float(frame.rows[0].packed.scale)
        values = values.astype(np.float64)
        said = [20 * np.log10(frame.current_max_amp), 20 * np.log10(frame.current_min_amp)]
    else:
        said = [frame.current_max_amp, frame.current_min_amp]
    seen = [float(values.max()), float(values.min())]
    return not all(abs(one - other) <= allowed for one, other in zip(said, seen, strict=True))


def repeats(count: int) -> Proof:
    """So many frames in a row hold the same values as the one before."""

    def proof(wire: Wire) -> bool:
        same = longest = 0
        values = [read_intensities(frame).tobytes() for frame in wire.first.data]
        for before, after in itertools.pairwise(values):
            same = same + 1 if before == after else 0
            longest = max(longest, same)
        return longest >= count

    return proof


def packed_lies(frame: pb.DataStream) -> bool:
    """A packed block is not as long as it says, or cannot be scaled."""
    packed = frame.rows[0].packed
    width = {pb.PACKED_F32: 4, pb.PACKED_U8: 1}.get(packed.encoding, 0)
    wrong = len(packed.data) != packed.sensor_count * packed.bin_count * width
    return wrong or not np.isfinite([packed.scale, packed.offset]).all()


def numbers(wanted: list[int]) -> Proof:
    """The first numbers of stream 0."""
    return lambda wire: wire.first.numbers[: len(wanted)] == wanted


def steps(wire: Wire) -> list[int]:
    """From one frame number to the next."""
    return [after - before for before, after in zip(wire.first.numbers, wire.first.numbers[1:], strict=False)]


def drops(wire: Wire) -> list[int]:
    """How dropped_frames changes from frame to frame."""
    said = [frame.dropped_frames for frame in wire.first.data]
    return [after - before for before, after in zip([0, *said], said, strict=False)]


def spans(wire: Wire) -> list[tuple[int, int]]:
    """[start, end) of the rows."""
    return [(frame.rows[0].startTimestamp, frame.rows[0].endTimestamp) for frame in wire.first.data if frame.rows]


def seams(wire: Wire) -> list[int]:
    """Milliseconds between the end of a row and the start of the next: above zero is a gap, below an overlap."""
    rows = spans(wire)
    return [after[0] - before[1] for before, after in itertools.pairwise(rows)]


def lengths(wire: Wire) -> list[int]:
    """Milliseconds that each row lasts."""
    return [end - start for start, end in spans(wire)]


def behind(wire: Wire) -> list[int]:
    """Milliseconds from the end of each row to its arrival."""
    return [came - end for (_, end), came in zip(spans(wire), wire.first.arrived_ms, strict=False)]


def stamps(wire: Wire) -> list[int]:
    """server_timestamp of each frame."""
    return [frame.server_timestamp for frame in wire.first.data]


def ended(stream: StreamWire, status: grpc.StatusCode) -> bool:
    """How the last call of a stream ended."""
    return stream.end.status is status


def ends_with(status: grpc.StatusCode, frames: int | None = None) -> Proof:
    """Stream 0 ended with this status after so many frames."""
    return lambda wire: ended(wire.first, status) and (frames is None or len(wire.first.data) == frames)
