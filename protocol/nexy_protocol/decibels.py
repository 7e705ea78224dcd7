"""Amplitudes as bytes in dB: value = offset + scale * byte, where dB = 20 log10(amplitude)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RANGE_DB = 96.0
"""How far below its loudest point a row reaches; what is quieter is byte 0."""
SILENCE_DB = -400.0
"""What a row without any amplitude above zero says: as a float32 amplitude it is 1e-20."""
_STEPS = 255
_DB_PER_NEPER = 20 / math.log(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decibels:
    """One row in bytes, C order; a row of one value has scale 0 and keeps that value in `offset`."""

    scale: float
    offset: float
    data: bytes


def to_decibels(amplitudes: NDArray[np.float32]) -> Decibels:
    """Amplitudes of one row; what is zero, negative or NaN becomes byte 0. Raises ValueError for an infinite one."""
    highest = float(np.fmax.reduce(amplitudes, axis=None, initial=0.0))
    if math.isinf(highest):
        raise ValueError("an infinite amplitude has no place on a dB scale")
    if highest <= 0.0:
        return Decibels(scale=0.0, offset=SILENCE_DB, data=bytes(amplitudes.size))
    top = _DB_PER_NEPER * math.log(highest)
    audible = np.where(amplitudes > 0.0, amplitudes, np.float32(highest))
    bottom = max(top - RANGE_DB, _DB_PER_NEPER * math.log(float(audible.min())))
    # Silence beside sound needs a floor of its own, else it would be as loud as the quietest sound.
    if not bool((amplitudes > 0.0).all()):
        bottom = top - RANGE_DB
    scale = float(np.float32((top - bottom) / _STEPS))
    if scale <= 0.0:
        return Decibels(scale=0.0, offset=float(np.float32(top)), data=bytes(amplitudes.size))
    offset = float(np.float32(bottom))
    return Decibels(scale=scale, offset=offset, data=_quantised(amplitudes, scale, offset))


def packed_decibels(amplitudes: memoryview) -> Decibels:
    """The same for the bytes of float32 amplitudes."""
    return to_decibels(np.frombuffer(amplitudes, np.float32))


def _quantised(amplitudes: NDArray[np.float32], scale: float, offset: float) -> bytes:
    floor = np.float32(max(math.exp(offset / _DB_PER_NEPER), float(np.finfo(np.float32).tiny)))
    steps = np.fmax(amplitudes, floor)
    np.log(steps, out=steps)
    steps *= np.float32(_DB_PER_NEPER / scale)
    steps -= np.float32(offset / scale)
    np.rint(steps, out=steps)
    np.clip(steps, 0, _STEPS, out=steps)
    return steps.astype(np.uint8).tobytes()


def to_amplitudes(data: NDArray[np.uint8], scale: float, offset: float) -> NDArray[np.float32]:
    """The amplitudes that the bytes stand for, in the shape of `data`."""
    levels = offset + scale * np.arange(_STEPS + 1)
    table = np.power(10.0, levels / 20).astype(np.float32)
    return table[data]
