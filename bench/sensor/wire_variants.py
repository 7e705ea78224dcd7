"""Ways to put a frame on the wire; all but `raw` are the same schema, and `raw` is what gRPC itself can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nexy_protocol.datastream_pb2 import DataStream
from nexy_protocol.datastream_twin import TwinDataStream
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame_codec import encode_frame

Matrix: TypeAlias = NDArray[np.float32]
FIRST_ID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How the server writes one frame, and whether the client reads it with our decoder or with the public classes."""

    name: str
    write: Callable[[Matrix, int], bytes]
    decoder: str = "ours"
    frames: int = 400


def _naive(matrix: Matrix, number: int) -> bytes:
    message = DataStream(frame_number=number)
    row = message.rows.add(startTimestamp=number * 39, endTimestamp=number * 39 + 39)
    for sensor, values in enumerate(matrix):
        row.sensors.add(id=FIRST_ID + sensor).intensity.extend(values)
    return message.SerializeToString()


def _list(matrix: Matrix, number: int) -> bytes:
    message = DataStream(frame_number=number)
    row = message.rows.add(startTimestamp=number * 39, endTimestamp=number * 39 + 39)
    for sensor, values in enumerate(matrix.tolist()):
        row.sensors.add(id=FIRST_ID + sensor, intensity=values)
    return message.SerializeToString()


def _twin(matrix: Matrix, number: int) -> bytes:
    message = TwinDataStream(frame_number=number)
    row = message.rows.add(startTimestamp=number * 39, endTimestamp=number * 39 + 39)
    data, step = matrix.tobytes(), matrix.shape[1] * matrix.itemsize
    for sensor in range(matrix.shape[0]):
        row.sensors.add(id=FIRST_ID + sensor, intensity=data[sensor * step : sensor * step + step])
    written: bytes = message.SerializeToString()
    return written


def _by_codec(encoding: Encoding) -> Callable[[Matrix, int], bytes]:
    def write(matrix: Matrix, number: int) -> bytes:
        sensors, bins = matrix.shape
        return encode_frame(
            matrix,
            first_id=FIRST_ID,
            sensors=sensors,
            bins=bins,
            start_ms=number * 39,
            end_ms=number * 39 + 39,
            highest=1.0,
            lowest=0.0,
            number=number,
            sent_ms=0,
            encoding=encoding,
        )

    return write


def _raw(matrix: Matrix, _number: int) -> bytes:
    return matrix.tobytes()


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant(name="naive", write=_naive, decoder="public", frames=25),
        Variant(name="list", write=_list, decoder="public", frames=60),
        Variant(name="twin", write=_twin),
        Variant(name="template", write=_by_codec(Encoding.FLOAT)),
        Variant(name="packed_f32", write=_by_codec(Encoding.PACKED_F32)),
        Variant(name="packed_u8", write=_by_codec(Encoding.PACKED_U8)),
        Variant(name="raw", write=_raw, decoder="none"),
    )
}
