"""What may be wrong with packed rows."""

import math
from functools import partial

from client.tests.mutation.case import Category, Fault, Watching, fault
from client.tests.mutation.proofs import every, lying_extremes, packed_lies, some
from client.tests.mutation.topics import Topic

from nexy_client.testing.streams.bends import ChangeFrame, at, each, rewritten
from nexy_client.testing.streams.frames import fill, read_intensities
from nexy_protocol import datastream_pb2 as pb

FRAME = 30
F32 = Watching(encoding=int(pb.PACKED_F32))
U8 = Watching(encoding=int(pb.PACKED_U8))
_packed = partial(fault, Category.CONTENT, watching=F32)
_bytes = partial(fault, Category.CONTENT, watching=U8)


def _set(name: str, value: object) -> ChangeFrame:
    return lambda frame: setattr(frame.rows[0].packed, name, value)


def _shorter(frame: pb.DataStream) -> None:
    frame.rows[0].packed.data = frame.rows[0].packed.data[:-4]


def _longer(frame: pb.DataStream) -> None:
    frame.rows[0].packed.data += bytes(4)


def _empty(frame: pb.DataStream) -> None:
    frame.rows[0].packed.data = b""


def _counts_swapped(frame: pb.DataStream) -> None:
    packed = frame.rows[0].packed
    packed.sensor_count, packed.bin_count = packed.bin_count, packed.sensor_count


def _one_sensor_less(frame: pb.DataStream) -> None:
    packed = frame.rows[0].packed
    packed.data = packed.data[: -4 * packed.bin_count]
    packed.sensor_count -= 1


def _louder(frame: pb.DataStream) -> None:
    frame.rows[0].packed.offset += 20.0


def _encoded_as(encoding: int) -> ChangeFrame:
    def apply(frame: pb.DataStream) -> None:
        values = read_intensities(frame)
        fill(frame.rows[0], 100, values, encoding)

    return apply


PACKED_FAULTS: tuple[Fault, ...] = (
    _packed("packed_too_short", [Topic.PACKED, Topic.BINS], "frame 30 holds 3068 bytes, 24 x 32 floats need 3072",
            at(FRAME, _shorter), some(packed_lies)),
    _packed("packed_too_long", [Topic.PACKED, Topic.BINS], "frame 30 holds 3076 bytes, 24 x 32 floats need 3072",
            at(FRAME, _longer), some(packed_lies)),
    _packed("packed_empty", [Topic.PACKED, Topic.BINS], "frame 30 holds no bytes", at(FRAME, _empty),
            some(packed_lies)),
    _packed("packed_counts_swapped", [Topic.SENSORS, Topic.BINS], "32 sensors of 24 bins in place of 24 of 32",
            each(_counts_swapped), every(lambda frame: frame.rows[0].packed.sensor_count == 32)),
    _packed("packed_sensor_too_few", [Topic.SENSORS, Topic.IDS], "23 sensors, 24 expected", each(_one_sensor_less),
            every(lambda frame: frame.rows[0].packed.sensor_count == 23)),
    _packed("packed_first_channel_wrong", [Topic.IDS], "the row begins with channel 101, 100 expected",
            each(_set("first_id", 101)), every(lambda frame: frame.rows[0].packed.first_id == 101)),
    _packed("packed_big_endian", [Topic.EXTREMES, Topic.FINITE], "the floats are big endian",
            each(rewritten(lambda row: row.byteswap(), truthful=False)), some(lying_extremes)),
    _packed("packed_names_no_encoding", [Topic.PACKED, Topic.ENCODING], "the block says FLOAT, which is no block",
            each(_set("encoding", pb.FLOAT)), every(lambda f: f.rows[0].packed.encoding == pb.FLOAT)),
    _packed("bytes_in_place_of_floats", [Topic.ENCODING], "PACKED_F32 was asked for, PACKED_U8 came",
            each(_encoded_as(int(pb.PACKED_U8))), every(lambda f: f.rows[0].packed.encoding == pb.PACKED_U8)),
    fault(Category.CONTENT, "packed_unasked", [Topic.ENCODING], "FLOAT was asked for, PACKED_F32 came",
          each(_encoded_as(int(pb.PACKED_F32))), every(lambda f: f.rows[0].HasField("packed"))),
    _bytes("bytes_with_nan_scale", [Topic.PACKED, Topic.FINITE], "frame 30: the scale is NaN",
           at(FRAME, _set("scale", math.nan)), some(packed_lies)),
    _bytes("bytes_with_infinite_offset", [Topic.PACKED, Topic.FINITE], "frame 30: the offset is inf",
           at(FRAME, _set("offset", math.inf)), some(packed_lies)),
    _bytes("bytes_upside_down", [Topic.PACKED, Topic.EXTREMES], "the scale is below zero",
           each(lambda frame: setattr(frame.rows[0].packed, "scale", -frame.rows[0].packed.scale)),
           every(lambda frame: frame.rows[0].packed.scale < 0)),
    _bytes("bytes_20_db_too_loud", [Topic.EXTREMES], "the values are 20 dB above the extremes", each(_louder),
           every(lying_extremes)),
    _bytes("bytes_too_short", [Topic.PACKED, Topic.BINS], "frame 30 holds 764 bytes, 24 x 32 need 768",
           at(FRAME, _shorter), some(packed_lies)),
)  # fmt: skip
