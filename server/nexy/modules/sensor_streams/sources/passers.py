"""What moves along a computed fibre: a vehicle that comes by every minute, and someone on foot."""

import math
from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from nexy.modules.sensor_streams.sources.sample_source import Samples

_VEHICLE_EVERY_S: Final = 60.0
_VEHICLE_SPREAD_S: Final = 0.5
_VEHICLE_HZ: Final = 8.0
_STEP_EVERY_S: Final = 0.55
_STEP_METRES: Final = 0.75
_STEP_SECONDS: Final = 0.3
_STEP_HZ: Final = 20.0
_STEP_AMPLITUDE: Final = 0.5


class Passer(Protocol):
    """Something that leaves its mark on channels as it goes."""

    def add(self, out: Samples, first: int, first_index: int) -> None:
        """Add to samples from `first` on; rows are channels from `first_index` on."""
        ...


class Vehicle:
    """Every minute one enters at the first channel; at each channel an 8 Hz rumble of amplitude 1 swells and fades."""

    def __init__(self, rate_hz: float, distance_step_m: float, speed: float) -> None:
        self._rate_hz = rate_hz
        self._seconds_per_channel = distance_step_m / speed
        half = math.ceil(4 * _VEHICLE_SPREAD_S * rate_hz)
        seconds = np.arange(-half, half + 1) / rate_hz
        swell = np.exp(-((seconds / _VEHICLE_SPREAD_S) ** 2) / 2)
        self._mark: NDArray[np.float32] = (swell * np.cos(2 * np.pi * _VEHICLE_HZ * seconds)).astype(np.float32)
        self._half = half

    def add(self, out: Samples, first: int, first_index: int) -> None:
        """Add every pass that touches these samples and channels."""
        arrivals = np.arange(first_index, first_index + out.shape[0]) * self._seconds_per_channel
        for number in self._passes(out, first, float(arrivals[0]), float(arrivals[-1])):
            centres = np.rint((number * _VEHICLE_EVERY_S + arrivals) * self._rate_hz).astype(np.int64)
            begins = centres - self._half - first
            for row in np.flatnonzero((begins < out.shape[1]) & (begins + len(self._mark) > 0)).tolist():
                _add_mark(out[row], self._mark, int(begins[row]))

    def _passes(self, out: Samples, first: int, earliest: float, latest: float) -> range:
        begin = (first - self._half) / self._rate_hz - latest
        end = (first + out.shape[1] + self._half) / self._rate_hz - earliest
        return range(max(0, math.floor(begin / _VEHICLE_EVERY_S)), max(0, math.ceil(end / _VEHICLE_EVERY_S) + 1))


class Footsteps:
    """A step every 0.55 s and 0.75 m on, heard on its channel and half as loud on both beside it; then from the start.

    On a live fibre the walk goes round and round.
    """

    def __init__(self, rate_hz: float, distance_step_m: float, channels: int) -> None:
        self._rate_hz = rate_hz
        self._channels = channels
        self._channels_per_step = _STEP_METRES / distance_step_m
        seconds = np.arange(max(1, math.ceil(_STEP_SECONDS * rate_hz))) / rate_hz
        fading = np.exp(-seconds / 0.05) * np.sin(2 * np.pi * _STEP_HZ * seconds)
        self._mark: NDArray[np.float32] = (_STEP_AMPLITUDE * fading).astype(np.float32)
        self._softer: NDArray[np.float32] = (self._mark / 2).astype(np.float32)

    def add(self, out: Samples, first: int, first_index: int) -> None:
        """Add every step that touches these samples and channels."""
        begin = math.floor((first - len(self._mark)) / self._rate_hz / _STEP_EVERY_S)
        end = math.ceil((first + out.shape[1]) / self._rate_hz / _STEP_EVERY_S) + 1
        for number in range(max(0, begin), end):
            at = round(number * _STEP_EVERY_S * self._rate_hz) - first
            for channel, mark in self._heard(number):
                if 0 <= channel - first_index < out.shape[0]:
                    _add_mark(out[channel - first_index], mark, at)

    def _heard(self, number: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        channel = int(number * self._channels_per_step) % self._channels
        yield channel, self._mark
        yield channel - 1, self._softer
        yield channel + 1, self._softer


def _add_mark(row: NDArray[np.float32], mark: NDArray[np.float32], begin: int) -> None:
    """Add the part of a mark that lies within the row; it begins at `begin`, which may be outside."""
    start, stop = max(begin, 0), min(begin + len(mark), len(row))
    if start < stop:
        row[start:stop] += mark[start - begin : stop - begin]
