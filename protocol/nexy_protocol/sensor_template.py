"""Writes the sensors of one row at once: all of one width have the same shape, only their numbers differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nexy_protocol.wire_format import length_head, varint_field

_SENSORS, _ID, _INTENSITY = 2, 1, 2
_FLOAT_BYTES = 4
_MAX_ID = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Neighbouring sensors whose numbers take the same bytes: what stands before each one's floats."""

    prefixes: NDArray[np.uint8]

    def size(self, float_bytes: int) -> int:
        """How many bytes its sensors take."""
        return self.prefixes.size + len(self.prefixes) * float_bytes


@lru_cache(maxsize=64)
def _stretches(first_id: int, sensors: int, bins: int) -> tuple[_Stretch, ...]:
    return tuple(
        _Stretch(
            prefixes=np.frombuffer(b"".join(_prefix(sensor, bins) for sensor in ids), np.uint8).reshape(len(ids), -1)
        )
        for ids in _same_width(first_id, first_id + sensors)
    )


def _same_width(first: int, stop: int) -> Iterator[range]:
    # Number 0 is not written at all, the others take one byte for each seven bits.
    edges = [0, 1, *(1 << (7 * width) for width in range(1, 5)), _MAX_ID + 1]
    for low, high in pairwise(edges):
        ids = range(max(first, low), min(stop, high))
        if ids:
            yield ids


def _prefix(sensor: int, bins: int) -> bytes:
    before = varint_field(_ID, sensor) + (length_head(_INTENSITY, bins * _FLOAT_BYTES) if bins else b"")
    return length_head(_SENSORS, len(before) + bins * _FLOAT_BYTES) + before


def write_sensors(intensities: memoryview, first_id: int, sensors: int, bins: int) -> memoryview:
    """The `sensors` fields of a row, as the public classes write them; `intensities` are float32 bytes, C order.

    Raises ValueError where the number of bytes or a sensor's number does not fit.
    """
    float_bytes = bins * _FLOAT_BYTES
    if first_id < 0 or first_id + sensors - 1 > _MAX_ID:
        raise ValueError(f"sensors {first_id} to {first_id + sensors - 1} do not fit into int32")
    stretches = _stretches(first_id, sensors, bins)
    rows = np.frombuffer(intensities, np.uint8).reshape(sensors, float_bytes)
    out = np.empty(sum(stretch.size(float_bytes) for stretch in stretches), np.uint8)
    at = row = 0
    for stretch in stretches:
        count, prefix = stretch.prefixes.shape
        size = stretch.size(float_bytes)
        block = out[at : at + size].reshape(count, prefix + float_bytes)
        block[:, :prefix] = stretch.prefixes
        block[:, prefix:] = rows[row : row + count]
        at, row = at + size, row + count
    return out.data
