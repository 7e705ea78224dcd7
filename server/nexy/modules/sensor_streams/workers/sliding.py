"""The part of a source that a computation looks at, sliding forward."""

from typing import Protocol

import numpy as np

from nexy.modules.sensor_streams.sources.sample_source import Samples

_CHANNELS_AT_ONCE = 64


class ReadSamples(Protocol):
    """Reads [channels][samples] of the computation's channels."""

    def __call__(self, first_sample: int, samples: int) -> Samples:
        """Exactly so many samples from this one on."""
        ...


class SlidingSamples:
    """Holds one window and at most `block` samples beside it; each sample is read once while windows go forward."""

    def __init__(self, read: ReadSamples, channels: int, nfft: int, block: int) -> None:
        self._read = read
        self._nfft = nfft
        self._held = np.empty((channels, nfft + block), np.float32)
        self._first = 0
        self._count = 0

    def window(self, start: int, limit: int) -> Samples:
        """[channel][nfft] from sample `start` on, valid until the next call; reads nothing from `limit` on."""
        if not self._first <= start <= self._first + self._count:
            self._first, self._count = start, 0
        if start + self._nfft > self._first + self._count:
            self._drop(start - self._first)
            self._fill(limit)
        offset = start - self._first
        return self._held[:, offset : offset + self._nfft]

    def _drop(self, samples: int) -> None:
        kept = self._count - samples
        # A few channels at a time: numpy would copy what overlaps as a whole.
        for first in range(0, len(self._held) if samples else 0, _CHANNELS_AT_ONCE):
            part = self._held[first : first + _CHANNELS_AT_ONCE]
            part[:, :kept] = part[:, samples : samples + kept]
        self._first, self._count = self._first + samples, kept

    def _fill(self, limit: int) -> None:
        end = self._first + self._count
        block = min(limit - end, self._held.shape[1] - max(self._count, self._nfft))
        wanted = max(block, self._nfft - self._count)
        while wanted > 0:
            part = min(wanted, self._held.shape[1] - self._nfft)
            self._held[:, self._count : self._count + part] = self._read(self._first + self._count, part)
            self._count += part
            wanted -= part
