"""The one place where bytes become frames; every field is read as the public classes would read it."""

import struct

import numpy as np

from nexy_protocol import wire_format as wire
from nexy_protocol.decibels import to_amplitudes
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame, Row, SensorRun
from nexy_protocol.sensor_runs import read_run
from nexy_protocol.wire_format import BlockMalformed, FrameMalformed, field_at, fields, signed

# Sensors without bins take no bytes: a dozen bytes could ask for gigabytes of sensor numbers.
_MOST_WITHOUT_BINS = 65_536
_VALUE_BYTES = {Encoding.PACKED_F32: 4, Encoding.PACKED_U8: 1}


def read_frame(data: bytes) -> Frame:
    """The frame in these bytes; intensities are views of them. Raises `FrameMalformed`."""
    rows: list[Row] = []
    most = least = 0.0
    number = sent_ms = dropped = 0
    ended = False
    for field, wire_type, low, high in fields(data, 0, len(data)):
        match field, wire_type:
            case 1, wire.LENGTH_DELIMITED:
                rows.append(_read_row(data, low, high))
            case 2, wire.FIXED64:
                (most,) = struct.unpack_from("<d", data, low)
            case 3, wire.FIXED64:
                (least,) = struct.unpack_from("<d", data, low)
            case 4, wire.VARINT:
                number = signed(low, 64)
            case 5, wire.VARINT:
                sent_ms = signed(low, 64)
            case 16, wire.VARINT:
                dropped = low
            case 17, wire.VARINT:
                ended = low != 0
    return Frame(
        rows=rows,
        current_max_amp=most,
        current_min_amp=least,
        frame_number=number,
        server_timestamp=sent_ms,
        dropped_frames=dropped,
        end_of_stream=ended,
        size_bytes=len(data),
    )


def _read_row(data: bytes, at: int, end: int) -> Row:
    canvas, start_ms, end_ms = "", 0, 0
    runs: list[SensorRun] = []
    packed: list[tuple[int, int]] = []
    while at < end:
        begin = at
        field, wire_type, low, at = field_at(data, begin, end)
        match field, wire_type:
            case 1, wire.LENGTH_DELIMITED:
                canvas = _text(data, low, at)
            case 2, wire.LENGTH_DELIMITED:
                run, at = read_run(data, begin, end)
                runs.append(run)
            case 3, wire.VARINT:
                start_ms = signed(low, 64)
            case 4, wire.VARINT:
                end_ms = signed(low, 64)
            case 16, wire.LENGTH_DELIMITED:
                packed.append((low, at))
    encoding, packed_runs = _packed_runs(data, packed)
    return Row(
        canvasId=canvas,
        startTimestamp=start_ms,
        endTimestamp=end_ms,
        encoding=encoding,
        runs=(*runs, *packed_runs),
    )


def _text(data: bytes, low: int, high: int) -> str:
    try:
        return data[low:high].decode()
    except UnicodeDecodeError as broken:
        raise FrameMalformed(f"the text at byte {low} is not UTF-8") from broken


def _packed_runs(data: bytes, spans: list[tuple[int, int]]) -> tuple[Encoding, list[SensorRun]]:
    match spans:
        case []:
            return Encoding.FLOAT, []
        case [(low, high)]:
            encoding, run = _read_packed(data, low, high)
        case _:
            # A message that comes in several pieces is what the pieces say together.
            whole = b"".join(data[low:high] for low, high in spans)
            encoding, run = _read_packed(whole, 0, len(whole))
    return encoding, [run]


def _read_packed(data: bytes, at: int, end: int) -> tuple[Encoding, SensorRun]:
    first = sensors = bins = encoding = 0
    scale = offset = 0.0
    span = (at, at)
    for field, wire_type, low, high in fields(data, at, end):
        match field, wire_type:
            case 1, wire.VARINT:
                first = signed(low, 32)
            case 2, wire.VARINT:
                sensors = signed(low, 32)
            case 3, wire.VARINT:
                bins = signed(low, 32)
            case 4, wire.VARINT:
                encoding = signed(low, 32)
            case 5, wire.FIXED32:
                (scale,) = struct.unpack_from("<f", data, low)
            case 6, wire.FIXED32:
                (offset,) = struct.unpack_from("<f", data, low)
            case 7, wire.LENGTH_DELIMITED:
                span = (low, high)
    _check_packed(sensors, bins, encoding, span[1] - span[0])
    known = Encoding(encoding)
    return known, _packed_run(data, span[0], (first, sensors, bins), known, (scale, offset))


def _check_packed(sensors: int, bins: int, encoding: int, size: int) -> None:
    if encoding not in _VALUE_BYTES:
        raise BlockMalformed(f"packed intensities of encoding {encoding}; known are 1 (float32) and 2 (uint8, dB)")
    if min(sensors, bins) < 0 or size != sensors * bins * _VALUE_BYTES[Encoding(encoding)]:
        raise BlockMalformed(f"{size} bytes of packed intensities are not {sensors} sensors of {bins} bins")
    if sensors > max(size, _MOST_WITHOUT_BINS):
        raise BlockMalformed(f"{sensors} packed sensors have no bins")


def _packed_run(
    data: bytes, at: int, shape: tuple[int, int, int], encoding: Encoding, levels: tuple[float, float]
) -> SensorRun:
    first, sensors, bins = shape
    ids = np.arange(first, first + sensors, dtype=np.int64).astype(np.int32)
    if encoding is Encoding.PACKED_F32:
        return SensorRun(ids=ids, values=np.ndarray((sensors, bins), "<f4", data, at if sensors * bins else 0))
    steps = np.frombuffer(data, np.uint8, sensors * bins, at).reshape(sensors, bins)
    values = to_amplitudes(steps, *levels)
    values.flags.writeable = False
    return SensorRun(ids=ids, values=values)
