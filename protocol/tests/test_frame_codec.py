"""Frames as bytes: the same as the public classes make, only sooner."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from protocol.tests.datastream_examples import EPOCH_MS, matrices

from nexy_protocol.datastream_pb2 import DataStream, PackedIntensity, SpectrogramRow
from nexy_protocol.datastream_twin import TwinDataStream
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame_codec import encode_end, encode_frame, encode_row, finish_frame

EDGES = st.sampled_from([0, 1, 120, 126, 127, 128, 16_380, 16_383, 2_097_150, 268_435_450, 2**31 - 13])


def public(matrix: NDArray[np.float32], first_id: int, canvas: str, start_ms: int, end_ms: int) -> DataStream:
    """The same frame through the public classes, one float at a time."""
    row = SpectrogramRow(canvasId=canvas, startTimestamp=start_ms, endTimestamp=end_ms)
    for place, values in enumerate(matrix):
        row.sensors.add(id=first_id + place, intensity=values.tolist())
    return DataStream(rows=[row])


@given(matrices(), EDGES, st.text(max_size=3), EPOCH_MS, EPOCH_MS, st.integers(0, 2**40), st.floats(allow_nan=False))
@example(np.zeros((0, 0), np.float32), 0, "", 0, 0, 0, -0.0)
@example(np.ones((1, 1), np.float32), 0, "1", 0, 39, 1, 1.0)
def test_floats_are_written_as_the_public_classes_write_them(
    matrix: NDArray[np.float32], first_id: int, canvas: str, start_ms: int, end_ms: int, number: int, highest: float
) -> None:
    """Byte for byte, across every width of sensor number, from no sensor and no bin upwards."""
    wanted = public(matrix, first_id, canvas, start_ms, end_ms)
    wanted.current_max_amp, wanted.current_min_amp = highest, -highest
    wanted.frame_number, wanted.server_timestamp, wanted.dropped_frames = number, end_ms, number
    sensors, bins = matrix.shape
    written = encode_frame(
        matrix,
        first_id=first_id,
        sensors=sensors,
        bins=bins,
        start_ms=start_ms,
        end_ms=end_ms,
        canvas_id=canvas,
        highest=highest,
        lowest=-highest,
        number=number,
        sent_ms=end_ms,
        dropped=number,
    )
    assert written == wanted.SerializeToString()
    assert TwinDataStream.FromString(written).SerializeToString() == written


@given(matrices(), EDGES)
def test_packed_floats_are_written_as_the_public_classes_write_them(matrix: NDArray[np.float32], first_id: int) -> None:
    """One block for the row, in the fields of the contract."""
    sensors, bins = matrix.shape
    packed = PackedIntensity(
        first_id=first_id, sensor_count=sensors, bin_count=bins, encoding=1, data=matrix.astype("<f4").tobytes()
    )
    row = SpectrogramRow(startTimestamp=5, endTimestamp=44, packed=packed)
    frame = encode_row(
        matrix, first_id=first_id, sensors=sensors, bins=bins, start_ms=5, end_ms=44, encoding=Encoding.PACKED_F32
    )
    assert finish_frame(frame, number=9) == DataStream(rows=[row], frame_number=9).SerializeToString()


def test_packed_bytes_hold_decibels() -> None:
    """Each byte stands for offset + scale * byte dB, within half a step."""
    matrix = np.array([[1.0, 10.0], [100.0, 50.0]], np.float32)
    row = encode_row(matrix, first_id=3, sensors=2, bins=2, start_ms=1, end_ms=2, encoding=Encoding.PACKED_U8)
    packed = DataStream.FromString(finish_frame(row, number=1)).rows[0].packed
    assert (packed.first_id, packed.sensor_count, packed.bin_count, packed.encoding) == (3, 2, 2, 2)
    told = packed.offset + packed.scale * np.frombuffer(packed.data, np.uint8)
    assert np.abs(told - 20 * np.log10(matrix.ravel())).max() <= packed.scale / 2 + 1e-4
    assert packed.data[2] == 255


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_any_buffer_of_the_right_size_will_do(wrap: type) -> None:
    """A worker's reply goes to the wire without becoming an array first."""
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    shape = {"first_id": 1, "sensors": 2, "bins": 3, "start_ms": 1, "end_ms": 2}
    assert finish_frame(encode_row(wrap(matrix.tobytes()), **shape), number=1) == finish_frame(
        encode_row(matrix, **shape), number=1
    )


def test_one_row_serves_many_viewers() -> None:
    """The row is encoded once; number, loss and time are each viewer's own."""
    row = encode_row(np.ones((2, 2), np.float32), first_id=1, sensors=2, bins=2, start_ms=1, end_ms=2)
    near, far = finish_frame(row, number=4, sent_ms=10), finish_frame(row, number=4, sent_ms=11, dropped=2)
    first, second = DataStream.FromString(near), DataStream.FromString(far)
    assert first.rows == second.rows
    assert (first.server_timestamp, first.dropped_frames) == (10, 0)
    assert (second.server_timestamp, second.dropped_frames) == (11, 2)


def test_the_end_has_no_rows() -> None:
    """The message after the last frame says so and nothing else."""
    assert encode_end(sent_ms=7) == DataStream(server_timestamp=7, end_of_stream=True).SerializeToString()


@pytest.mark.parametrize(
    ("matrix", "wanted"),
    [
        (np.ones((2, 2), np.float64), "format 'd'"),
        (np.ones((4, 4), np.float32)[::2, ::2], "C order"),
        (np.ones((2, 3), np.float32), "24 bytes are not 2 sensors of 2"),
    ],
)
def test_what_does_not_fit_is_refused(matrix: NDArray[np.float32], wanted: str) -> None:
    """A wrong type, a strided view and a wrong size are the caller's mistakes, told before anything is sent."""
    with pytest.raises(ValueError, match=wanted):
        encode_row(matrix, first_id=1, sensors=2, bins=2, start_ms=1, end_ms=2)


def test_sensor_numbers_stay_in_int32() -> None:
    """A number that would wrap around is refused."""
    with pytest.raises(ValueError, match="int32"):
        encode_row(np.ones((2, 1), np.float32), first_id=2**31 - 1, sensors=2, bins=1, start_ms=1, end_ms=2)


def test_numpy_comes_with_the_first_frame() -> None:
    """A server that nobody watches does not carry numpy; `warm_up` brings it."""
    program = "import sys; from nexy_protocol.frame_codec import {name}; {then}; print('numpy' in sys.modules)"
    for name, then, wanted in (("encode_end", "encode_end()", "False"), ("warm_up", "warm_up()", "True")):
        command = [sys.executable, "-c", program.format(name=name, then=then)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        assert done.stdout.strip() == wanted
