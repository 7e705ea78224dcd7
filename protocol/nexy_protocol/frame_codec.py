"""The one place where frames become bytes; `frame_reading` is the way back.

numpy comes with the first frame that needs it: a server that nobody watches never loads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from nexy_protocol.encoding import Encoding
from nexy_protocol.wire_format import double_field, float_field, length_head, text_field, varint_field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Intensities: TypeAlias = "bytes | bytearray | memoryview | NDArray[np.float32]"
"""float32, little endian, C order [sensor][bin]."""
_FLOAT_FORMATS = ("f", "<f")
_BYTE_FORMATS = ("B", "b", "c")
_Pieces: TypeAlias = Sequence[bytes | memoryview]


def warm_up() -> None:
    """Load what encoding needs now (some 0.1 s), rather than with the first frame; best called in a thread."""
    from nexy_protocol import decibels, sensor_template  # noqa: F401


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRow:
    """The `rows` field of a frame, encoded once for however many viewers; only `finish_frame` looks inside."""

    pieces: _Pieces


def encode_row(
    intensities: Intensities,
    *,
    first_id: int,
    sensors: int,
    bins: int,
    start_ms: int,
    end_ms: int,
    canvas_id: str = "",
    encoding: Encoding = Encoding.FLOAT,
) -> EncodedRow:
    """One row [start_ms, end_ms); raises ValueError where `intensities` are not sensors x bins float32."""
    raw = _raw(intensities)
    if raw.nbytes != sensors * bins * 4:
        raise ValueError(f"{raw.nbytes} bytes are not {sensors} sensors of {bins} float32")
    canvas = text_field(1, canvas_id)
    times = varint_field(3, start_ms) + varint_field(4, end_ms)
    if encoding is Encoding.FLOAT:
        body: _Pieces = (canvas, _float_body(raw, first_id, sensors, bins), times)
    else:
        body = (canvas, times, *_packed(raw, first_id, sensors, bins, encoding))
    return EncodedRow(pieces=(length_head(1, sum(map(len, body))), *body))


def _raw(intensities: Intensities) -> memoryview:
    view = memoryview(intensities)  # type: ignore[arg-type]  # to its stubs an array is no buffer
    if view.format not in _FLOAT_FORMATS + _BYTE_FORMATS or not view.c_contiguous:
        raise ValueError(f"intensities of format {view.format!r}; float32 ('f') in C order are wanted")
    # An empty view cannot be cast.
    return view.cast("B") if view.nbytes else memoryview(b"")


def _float_body(raw: memoryview, first_id: int, sensors: int, bins: int) -> memoryview:
    from nexy_protocol.sensor_template import write_sensors

    return write_sensors(raw, first_id, sensors, bins)


def _packed(raw: memoryview, first_id: int, sensors: int, bins: int, encoding: Encoding) -> _Pieces:
    shape = varint_field(1, first_id) + varint_field(2, sensors) + varint_field(3, bins) + varint_field(4, encoding)
    data: bytes | memoryview = raw
    if encoding is Encoding.PACKED_U8:
        from nexy_protocol.decibels import packed_decibels

        quiet = packed_decibels(raw)
        shape += float_field(5, quiet.scale) + float_field(6, quiet.offset)
        data = quiet.data
    if len(data):
        shape += length_head(7, len(data))
    return length_head(16, len(shape) + len(data)), shape, data


def finish_frame(
    row: EncodedRow | None,
    *,
    number: int,
    highest: float = 0.0,
    lowest: float = 0.0,
    sent_ms: int = 0,
    dropped: int = 0,
    end: bool = False,
) -> bytes:
    """The whole DataStream message for one viewer: one copy of the row."""
    tail = (
        double_field(2, highest)
        + double_field(3, lowest)
        + varint_field(4, number)
        + varint_field(5, sent_ms)
        + varint_field(16, dropped)
        + varint_field(17, int(end))
    )
    return b"".join((*row.pieces, tail)) if row else tail


def encode_frame(
    intensities: Intensities,
    *,
    first_id: int,
    sensors: int,
    bins: int,
    start_ms: int,
    end_ms: int,
    highest: float,
    lowest: float,
    number: int,
    sent_ms: int,
    dropped: int = 0,
    canvas_id: str = "",
    encoding: Encoding = Encoding.FLOAT,
) -> bytes:
    """One frame of one row for one viewer; the same as `finish_frame` of `encode_row`."""
    row = encode_row(
        intensities,
        first_id=first_id,
        sensors=sensors,
        bins=bins,
        start_ms=start_ms,
        end_ms=end_ms,
        canvas_id=canvas_id,
        encoding=encoding,
    )
    return finish_frame(row, number=number, highest=highest, lowest=lowest, sent_ms=sent_ms, dropped=dropped)


def encode_end(*, number: int = 0, sent_ms: int = 0, dropped: int = 0) -> bytes:
    """The message after the last frame of a range: no rows, end_of_stream."""
    return finish_frame(None, number=number, sent_ms=sent_ms, dropped=dropped, end=True)
