"""Reads neighbouring sensors of the same shape at once; every byte that is no float is looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexy_protocol.frame import SensorRun
from nexy_protocol.wire_format import (
    FIXED32,
    LENGTH_DELIMITED,
    VARINT,
    FrameMalformed,
    field_at,
    fields,
    read_varint,
    signed,
)

_ID, _INTENSITY = 1, 2
_FLOAT = np.dtype("<f4")
_FIRST_LOOK, _GROWTH = 256, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Where things lie, counted from a sensor's own tag: its number, its floats, its end."""

    id_at: int
    id_bytes: int
    floats_at: int
    size: int


def read_run(data: bytes, at: int, end: int) -> tuple[SensorRun, int]:
    """The sensor whose tag stands at `at` with those of its shape that follow, and where they end.

    A sensor that is written in an unusual way makes a run of its own. Raises `FrameMalformed`.
    """
    _, _, start, stop = field_at(data, at, end)
    shape = _usual_shape(data, at, start, stop)
    if shape is None:
        return _read_alone(data, start, stop), stop
    count = _how_many(data, at, end, shape)
    bins = (shape.size - shape.floats_at) // _FLOAT.itemsize
    values = np.ndarray((count, bins), _FLOAT, data, at + shape.floats_at, (shape.size, _FLOAT.itemsize))
    return SensorRun(ids=_ids(data, at, shape, count), values=values), at + count * shape.size


def _usual_shape(data: bytes, at: int, start: int, stop: int) -> _Shape | None:
    """The shape of a sensor that holds at most a number and then one list of floats."""
    place, id_at, id_bytes = start, start, 0
    if place < stop and data[place] == _ID << 3 | VARINT:
        _, after = read_varint(data, place + 1, stop)
        id_at, id_bytes, place = place + 1, after - place - 1, after
    floats_at = stop
    if place < stop:
        number, wire_type, floats_at, floats_end = field_at(data, place, stop)
        if (number, wire_type, floats_end) != (_INTENSITY, LENGTH_DELIMITED, stop):
            return None
    if (stop - floats_at) % _FLOAT.itemsize:
        raise FrameMalformed(f"{stop - floats_at} bytes at byte {floats_at} are no whole number of floats")
    return _Shape(id_at=id_at - at, id_bytes=id_bytes, floats_at=floats_at - at, size=stop - at)


def _how_many(data: bytes, at: int, end: int, shape: _Shape) -> int:
    """How many sensors from `at` on have this shape: the same bytes before the floats, the number's own bits aside."""
    possible = (end - at) // shape.size
    first = np.frombuffer(data, np.uint8, shape.floats_at, at)
    fixed = np.full(shape.floats_at, 0xFF, np.uint8)
    fixed[shape.id_at : shape.id_at + shape.id_bytes] = 0x80
    count, look = 1, _FIRST_LOOK
    while count < possible:
        ahead = min(look, possible - count)
        prefixes = _columns(data, at + count * shape.size, shape.size, ahead, shape.floats_at)
        strange = (((prefixes ^ first) & fixed) != 0).any(axis=1)
        met = int(strange.argmax())
        if strange[met]:
            return count + met
        count, look = count + ahead, look * _GROWTH
    return count


def _ids(data: bytes, at: int, shape: _Shape, count: int) -> NDArray[np.int32]:
    numbers = np.zeros(count, np.uint64)
    columns = _columns(data, at + shape.id_at, shape.size, count, shape.id_bytes)
    for place in range(shape.id_bytes):
        numbers |= (columns[:, place] & 0x7F).astype(np.uint64) << np.uint64(7 * place)
    return numbers.astype(np.uint32).view(np.int32)


def _columns(data: bytes, at: int, stride: int, count: int, width: int) -> NDArray[np.uint8]:
    return np.ndarray((count, width), np.uint8, data, at if width else 0, (stride, 1))


def _read_alone(data: bytes, start: int, stop: int) -> SensorRun:
    """One sensor in any form that protocol buffers allow: unknown fields, several lists, single floats, any order."""
    number, chunks = 0, [np.empty(0, _FLOAT)]
    for field, wire_type, low, high in fields(data, start, stop):
        if (field, wire_type) == (_ID, VARINT):
            number = signed(low, 32)
        elif field == _INTENSITY and wire_type in (LENGTH_DELIMITED, FIXED32):
            if (high - low) % _FLOAT.itemsize:
                raise FrameMalformed(f"{high - low} bytes at byte {low} are no whole number of floats")
            chunks.append(np.frombuffer(data, _FLOAT, (high - low) // _FLOAT.itemsize, low))
    values = np.concatenate(chunks).reshape(1, -1)
    values.flags.writeable = False
    return SensorRun(ids=np.array([number], np.int32), values=values)
