"""Bytes as frames: what the public classes would say, mostly without a copy."""

from typing import Any

import numpy as np
import pytest
from google.protobuf.message import DecodeError
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from protocol.tests.datastream_examples import MESSAGE, matrices, said, said_publicly

from nexy_protocol.datastream_pb2 import DataStream
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import UnevenSensors
from nexy_protocol.frame_codec import encode_end, encode_frame
from nexy_protocol.frame_reading import read_frame
from nexy_protocol.wire_format import BlockMalformed, FrameMalformed, length_head, varint


def encoded(matrix: NDArray[np.float32], first_id: int, encoding: Encoding = Encoding.FLOAT) -> bytes:
    """A frame as our server writes it."""
    sensors, bins = matrix.shape
    shape = {"first_id": first_id, "sensors": sensors, "bins": bins, "start_ms": 1000, "end_ms": 1039}
    numbers = {"highest": 2.5, "lowest": 0.5, "number": 7, "sent_ms": 1040, "dropped": 3}
    return encode_frame(matrix, **shape, **numbers, canvas_id="4", encoding=encoding)


def row_of(*sensors: bytes) -> bytes:
    """A frame with one row of sensors whose bytes are given."""
    body = b"".join(length_head(2, len(sensor)) + sensor for sensor in sensors)
    return length_head(1, len(body)) + body


@given(MESSAGE)
def test_every_field_says_what_the_public_class_says(told: dict[str, Any]) -> None:
    """Sensors of any number and any length, several rows, all integers and doubles."""
    message = DataStream(**told)
    frame = read_frame(message.SerializeToString())
    assert said(frame) == said_publicly(message)
    assert frame.size_bytes == message.ByteSize()


@given(matrices(most_sensors=300, most_bins=2), st.sampled_from([0, 1, 100, 128, 16_300]))
def test_a_matrix_comes_back_as_it_was(matrix: NDArray[np.float32], first_id: int) -> None:
    """Whatever widths the sensor numbers have, [sensor][bin] and the numbers are right, in both float encodings."""
    for encoding in (Encoding.FLOAT, Encoding.PACKED_F32):
        frame = read_frame(encoded(matrix, first_id, encoding))
        assert frame.sensor_ids.tolist() == list(range(first_id, first_id + len(matrix)))
        if matrix.size:
            assert np.array_equal(frame.to_numpy(), matrix)
        assert len(frame.rows[0].sensors) == len(matrix)
        assert frame.rows[0].encoding is encoding


def test_the_frame_s_own_fields() -> None:
    """Everything beside the intensities."""
    frame = read_frame(encoded(np.ones((2, 3), np.float32), 5))
    assert (frame.current_max_amp, frame.current_min_amp) == (2.5, 0.5)
    assert (frame.frame_number, frame.server_timestamp, frame.dropped_frames) == (7, 1040, 3)
    row = frame.rows[0]
    assert (row.canvasId, row.startTimestamp, row.endTimestamp) == ("4", 1000, 1039)
    assert [sensor.id for sensor in row.sensors] == [5, 6]
    assert not frame.end_of_stream


@pytest.mark.parametrize("encoding", [Encoding.FLOAT, Encoding.PACKED_F32])
def test_a_regular_row_is_a_view_of_the_message(encoding: Encoding) -> None:
    """No float is copied, and nobody can write into what was received."""
    data = encoded(np.ones((90, 4), np.float32), 1, encoding)
    matrix = read_frame(data).to_numpy()
    assert np.shares_memory(matrix, np.frombuffer(data, np.uint8))
    assert not matrix.flags.writeable


def test_a_row_of_two_widths_is_copied_once() -> None:
    """Sensors 127 and 128 have different shapes on the wire, so the matrix is a copy; its sensors still are views."""
    data = encoded(np.arange(8, dtype=np.float32).reshape(4, 2), 126)
    frame = read_frame(data)
    received = np.frombuffer(data, np.uint8)
    assert not np.shares_memory(frame.to_numpy(), received)
    assert not frame.to_numpy().flags.writeable
    assert np.shares_memory(frame.rows[0].sensors[3].intensity, received)


def test_decibels_come_back_as_amplitudes() -> None:
    """PACKED_U8 gives linear amplitudes too, as exact as its steps."""
    matrix = np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]], np.float32)
    assert read_frame(encoded(matrix, 1, Encoding.PACKED_U8)).to_numpy() == pytest.approx(matrix, rel=0.01)


def test_the_end_of_a_stream_is_an_empty_frame() -> None:
    """It can be asked everything and has nothing."""
    frame = read_frame(encode_end(number=0, sent_ms=5))
    assert frame.end_of_stream
    assert (len(frame.rows), frame.to_numpy().shape, frame.sensor_ids.size) == (0, (0, 0), 0)


def test_uneven_sensors_have_no_matrix() -> None:
    """The sensors can still be looked at one by one."""
    message = DataStream()
    row = message.rows.add()
    row.sensors.add(id=1, intensity=[1.0, 2.0])
    row.sensors.add(id=2, intensity=[1.0])
    frame = read_frame(message.SerializeToString())
    with pytest.raises(UnevenSensors, match="1 to 2 bins"):
        frame.to_numpy()
    assert [len(sensor.intensity) for sensor in frame.rows[0].sensors] == [2, 1]


def test_sensors_can_be_taken_like_a_list() -> None:
    """From the end, as a slice, and not beyond."""
    sensors = read_frame(encoded(np.ones((4, 1), np.float32), 126)).rows[0].sensors
    assert (sensors[-1].id, [sensor.id for sensor in sensors[1:3]]) == (129, [127, 128])
    for beyond in (4, -5):
        with pytest.raises(IndexError):
            _ = sensors[beyond]


UNUSUAL = {
    "the number behind the floats": b"\x12\x04\x00\x00\x80?\x08\x05",
    "the number twice": b"\x08\x01\x08\x05\x12\x04\x00\x00\x80?",
    "floats in two lists": b"\x08\x05\x12\x04\x00\x00\x80?\x12\x04\x00\x00\x00@",
    "floats one by one": b"\x08\x05\x15\x00\x00\x80?\x15\x00\x00\x00@",
    "a longer integer than needed": b"\x08\x85\x80\x00\x12\x04\x00\x00\x80?",
    "an unknown field": b"\x08\x05\x12\x04\x00\x00\x80?\x1a\x02hi",
    "an unknown field first": b"\x1d\x00\x00\x00\x00\x08\x05\x12\x04\x00\x00\x80?",
    "a negative number": b"\x08\xfb\xff\xff\xff\xff\xff\xff\xff\xff\x01\x12\x04\x00\x00\x80?",
    "an empty list": b"\x08\x05\x12\x00",
    "nothing": b"",
}


@pytest.mark.parametrize("sensor", UNUSUAL.values(), ids=UNUSUAL.keys())
@pytest.mark.parametrize("copies", [1, 3])
def test_unusual_sensors_are_read_like_the_public_class_reads_them(sensor: bytes, copies: int) -> None:
    """Other writers may order, split or stretch fields; beside usual sensors nothing is mistaken."""
    usual = b"\x08\x07\x12\x04\x00\x00\x00@"
    data = row_of(usual, *[sensor] * copies, usual, usual)
    assert said(read_frame(data)) == said_publicly(DataStream.FromString(data))


def test_a_float_that_looks_like_a_sensor_is_not_taken_for_one() -> None:
    """Shapes are compared where a sensor must begin, never searched for in the data."""
    trap = np.frombuffer((b"\x12\x08\x08\x02\x12\x04\x00\x00" * 8), "<f4").reshape(4, 4)
    frame = read_frame(encoded(trap.astype(np.float32), 1))
    assert frame.to_numpy().tobytes() == trap.tobytes()
    assert frame.sensor_ids.tolist() == [1, 2, 3, 4]


def test_a_packed_row_in_pieces_is_one() -> None:
    """Protocol buffers let a message come in parts; the parts are read together."""
    head = b"\x08\x05\x10\x01\x18\x02\x20\x01"
    data_part = b"\x3a\x08" + np.array([1.0, 2.0], "<f4").tobytes()
    body = b"".join(length_head(16, len(part)) + part for part in (head, data_part))
    frame = read_frame(length_head(1, len(body)) + body)
    assert (frame.to_numpy().tolist(), frame.sensor_ids.tolist()) == ([[1.0, 2.0]], [5])


def packed(sensors: int, bins: int, encoding: int, size: int) -> bytes:
    """A packed row that may be wrong."""
    inner = b"\x10" + varint(sensors) + b"\x18" + varint(bins) + b"\x20" + varint(encoding) + length_head(7, size)
    body = length_head(16, len(inner) + size) + inner + bytes(size)
    return length_head(1, len(body)) + body


MALFORMED = {
    "cut off": encoded(np.ones((2, 2), np.float32), 1)[:-2],
    "cut inside a sensor": encoded(np.ones((2, 2), np.float32), 1)[:20],
    "half a float": row_of(b"\x08\x01\x12\x03abc"),
    "half a float in a second list": row_of(b"\x08\x01\x12\x00\x12\x03abc"),
    "an integer without end": b"\x20" + b"\xff" * 11,
    "field number 0": b"\x00\x01",
    "a group": b"\x0b\x0c",
    "text that is not UTF-8": b"\x0a\x03\x0a\x01\xff",
    "a packed row too short": packed(2, 2, 1, 15),
    "a packed row of bytes too long": packed(2, 2, 2, 5),
    "a packed row of an unknown encoding": packed(1, 1, 9, 4),
    "a negative number of sensors": packed(-1, -1, 2, 1),
    "two thousand million sensors without bins": packed(2**31 - 1, 0, 1, 0),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    """One error for everything that cannot be read."""
    with pytest.raises(FrameMalformed):
        read_frame(data)


@pytest.mark.parametrize("name", [name for name in MALFORMED if "packed row" in name or "sensors" in name])
def test_a_packed_row_that_contradicts_itself_is_told_apart(name: str) -> None:
    """The message is whole, one block in it is not: a reader can say which it was."""
    with pytest.raises(BlockMalformed):
        read_frame(MALFORMED[name])


def test_a_matrix_is_put_together_once() -> None:
    """Whoever asks again, a validator perhaps, gets the same one."""
    frame = read_frame(encoded(np.ones((200, 8), np.float32), 1))
    assert len(frame.rows[0].runs) > 1
    assert frame.to_numpy() is frame.to_numpy()


@given(st.binary(max_size=60))
@example(b"\x0a\x00")
@example(b"\x0a\x02\x12\x00")
def test_no_bytes_can_do_harm(data: bytes) -> None:
    """Any bytes are refused or read, and then say what the public class says."""
    try:
        frame = read_frame(data)
        message = DataStream.FromString(data)
    except (FrameMalformed, DecodeError):
        return
    if not any(row.HasField("packed") for row in message.rows):
        assert repr(said(frame)) == repr(said_publicly(message))


@given(MESSAGE, st.data())
def test_a_spoilt_message_is_refused_or_read_like_the_public_class(told: dict[str, Any], data: st.DataObject) -> None:
    """One changed byte never gives another frame than protocol buffers would give."""
    spoilt = bytearray(DataStream(**told).SerializeToString() or b"\x20\x01")
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    test_no_bytes_can_do_harm.hypothesis.inner_test(bytes(spoilt))  # type: ignore[attr-defined]
