"""Amplitude spectra of many channels at once.

Hann window of nfft samples (periodic), linear amplitude 2|X| / sum of the window, DC and Nyquist once: a sine of
amplitude A at a bin's centre reads A. All in float32; a channel that has anything but numbers in its window reads 0.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from nexy.modules.sensor_streams.spectra.bins import DisplayBins

Floats = NDArray[np.float32]

# Windowed samples of one chunk and their spectrum stay in the second-level cache together.
_CHUNK_SAMPLES = 64 * 1024
# Up to here gathering the members one after the other beats numpy's reduceat, whose groups cost a call each.
_GATHERED_MEMBERS = 8


class Rfft(Protocol):
    """`scipy.fft.rfft` of [channel][sample] along the last axis, or anything that does the same in float32."""

    def __call__(self, windowed: Floats) -> NDArray[np.complex64]:
        """The spectra, [channel][nfft / 2 + 1]."""
        ...


def scipy_rfft(windowed: Floats) -> NDArray[np.complex64]:
    """One thread: jobs are what runs side by side."""
    spectra: NDArray[np.complex64] = fft.rfft(windowed, axis=-1, workers=1)
    return spectra


def hann(nfft: int) -> NDArray[np.float64]:
    """The periodic Hann window; it sums to nfft / 2."""
    window: NDArray[np.float64] = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(nfft) / nfft)
    return window


class Spectrometer:
    """Turns one window of many channels into display bins; reuses its buffers, so one thread at a time."""

    def __init__(self, nfft: int, bins: DisplayBins, rfft: Rfft = scipy_rfft) -> None:
        self._nfft = nfft
        self._bins = bins
        self._rfft = rfft
        self._window = (hann(nfft) * 4.0 / nfft).astype(np.float32)
        self._chunk = max(1, _CHUNK_SAMPLES // nfft)
        self._windowed = np.empty((self._chunk, nfft), np.float32)
        self._amplitudes = np.empty((self._chunk, bins.members), np.float32)
        self._reduce = _reducer(bins)

    def row(self, samples: Floats, out: Floats) -> tuple[float, float]:
        """Fill `out` [channel][bin] from `samples` [channel][nfft]; its exact highest and lowest value."""
        with np.errstate(all="ignore"):
            for first in range(0, len(samples), self._chunk):
                part = samples[first : first + self._chunk]
                self._reduce(self._spectra(part), out[first : first + len(part)])
        highest, lowest = float(out.max()), float(out.min())
        if np.isfinite(highest) and np.isfinite(lowest):
            return highest, lowest
        out[~np.isfinite(out)] = 0.0
        return float(out.max()), float(out.min())

    def _spectra(self, samples: Floats) -> Floats:
        bins, count = self._bins, len(samples)
        windowed = np.multiply(samples, self._window, out=self._windowed[:count])
        shown = self._rfft(windowed)[:, bins.first : bins.last + 1]
        amplitudes = np.abs(shown, out=self._amplitudes[:count])
        # These two have no mirror image whose half they would have to carry.
        if bins.first == 0:
            amplitudes[:, 0] *= 0.5
        if bins.last == self._nfft // 2:
            amplitudes[:, -1] *= 0.5
        return amplitudes


def _reducer(bins: DisplayBins) -> Callable[[Floats, Floats], None]:
    """How the largest member of each group is found: (amplitudes, out)."""
    if bins.count == bins.members:
        return _copied
    starts = np.array(bins.starts)
    lasts = np.append(starts[1:], bins.members) - 1
    largest = int((lasts - starts).max()) + 1
    if largest > _GATHERED_MEMBERS:
        return lambda amplitudes, out: _reduced(amplitudes, starts, out)
    members = [np.minimum(starts + number, lasts) for number in range(largest)]
    return lambda amplitudes, out: _gathered(amplitudes, members, out)


def _copied(amplitudes: Floats, out: Floats) -> None:
    out[:] = amplitudes


def _reduced(amplitudes: Floats, starts: NDArray[np.int64], out: Floats) -> None:
    np.maximum.reduceat(amplitudes, starts, axis=1, out=out)


def _gathered(amplitudes: Floats, members: list[NDArray[np.int64]], out: Floats) -> None:
    np.take(amplitudes, members[0], axis=1, out=out, mode="clip")
    for others in members[1:]:
        np.maximum(out, np.take(amplitudes, others, axis=1, mode="clip"), out=out)
