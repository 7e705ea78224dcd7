"""Messages of every form, as hypothesis strategies, and what they say when the public classes read them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from nexy_protocol.datastream_pb2 import DataStream
from nexy_protocol.frame import Frame

FLOATS = st.floats(width=32, allow_nan=False)
INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
EPOCH_MS = st.integers(0, 2**43)


@st.composite
def matrices(draw: st.DrawFn, most_sensors: int = 12, most_bins: int = 6) -> NDArray[np.float32]:
    """[sensor][bin], from nothing at all upwards."""
    sensors, bins = draw(st.integers(0, most_sensors)), draw(st.integers(0, most_bins))
    values = draw(st.lists(FLOATS, min_size=sensors * bins, max_size=sensors * bins))
    return np.array(values, np.float32).reshape(sensors, bins)


SENSOR = st.fixed_dictionaries({"id": INT32, "intensity": st.lists(FLOATS, max_size=4)})
ROW = st.fixed_dictionaries(
    {
        "canvasId": st.text(max_size=4),
        "sensors": st.lists(SENSOR, max_size=6),
        "startTimestamp": INT64,
        "endTimestamp": INT64,
    }
)
MESSAGE = st.fixed_dictionaries(
    {
        "rows": st.lists(ROW, max_size=3),
        "current_max_amp": st.floats(allow_nan=False),
        "current_min_amp": st.floats(allow_nan=False),
        "frame_number": INT64,
        "server_timestamp": INT64,
        "dropped_frames": st.integers(0, 2**64 - 1),
        "end_of_stream": st.booleans(),
    }
)


def said(frame: Frame) -> dict[str, Any]:
    """What our frame says, as plain values."""
    rows = [
        {
            "canvasId": row.canvasId,
            "sensors": [{"id": sensor.id, "intensity": _bytes_of(sensor.intensity.tolist())} for sensor in row.sensors],
            "startTimestamp": row.startTimestamp,
            "endTimestamp": row.endTimestamp,
        }
        for row in frame.rows
    ]
    return {"rows": rows, **_numbers(frame)}


def said_publicly(message: DataStream) -> dict[str, Any]:
    """What the public class says, in the same form; packed rows are told as if they were lists."""
    rows = [
        {
            "canvasId": row.canvasId,
            "sensors": [{"id": sensor.id, "intensity": _bytes_of(list(sensor.intensity))} for sensor in row.sensors],
            "startTimestamp": row.startTimestamp,
            "endTimestamp": row.endTimestamp,
        }
        for row in message.rows
    ]
    return {"rows": rows, **_numbers(message)}


def _bytes_of(values: Sequence[float]) -> bytes:
    """By way of Python's floats on both sides: a signalling NaN comes out of them as a quiet one."""
    return np.array(values, "<f4").tobytes()


def _numbers(message: Frame | DataStream) -> dict[str, Any]:
    names = (
        "current_max_amp",
        "current_min_amp",
        "frame_number",
        "server_timestamp",
        "dropped_frames",
        "end_of_stream",
    )
    return {name: getattr(message, name) for name in names}
