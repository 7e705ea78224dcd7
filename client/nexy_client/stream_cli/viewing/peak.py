"""The loudest place of a row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexy_client.stream_cli.viewing.bands import Bands
from nexy_client.validation.outputs.colours import levels

_SILENT_DB = -500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """Channel, centre and half width of the bin in Hz, level in dB; `steady` where the bin holds 0 Hz."""

    channel: int
    hertz: float
    level: float
    half: float = 0.0
    steady: bool = False

    @property
    def silent(self) -> bool:
        """Whether there was nothing to hear."""
        return self.level <= _SILENT_DB


def peak_of(values: NDArray[np.float32], channels: NDArray[np.int32], bands: Bands, *, decibels: bool) -> Peak:
    """The loudest cell of [sensor][bin]; what is no number is silent, DC counts only where all else is silent."""
    heard = np.nan_to_num(values, nan=-np.inf if decibels else 0.0, posinf=0.0, neginf=-1e3 if decibels else 0.0)
    steady = bands.steady
    if steady.any() and len(steady) == heard.shape[1]:
        moving = np.where(steady, -np.inf if decibels else 0.0, heard)
        found = _loudest(moving, channels, bands, decibels=decibels)
        if not found.silent:
            return found
    return _loudest(heard, channels, bands, decibels=decibels)


def _loudest(heard: NDArray[np.floating], channels: NDArray[np.int32], bands: Bands, *, decibels: bool) -> Peak:
    sensor, place = (int(one) for one in np.unravel_index(int(np.argmax(heard)), heard.shape))
    value = float(heard[sensor, place])
    level = float(levels(heard[sensor : sensor + 1, place], decibels=decibels)[0]) if np.isfinite(value) else -np.inf
    known = place < len(bands.centres)
    return Peak(
        channel=int(channels[sensor]),
        hertz=float(bands.centres[place]) if known else 0.0,
        half=float(bands.halves[place]) if known else 0.0,
        steady=known and bool(bands.steady[place]),
        level=level,
    )
