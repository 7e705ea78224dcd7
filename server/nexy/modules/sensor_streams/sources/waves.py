"""What a computed fibre adds up: noise and tones, each a function of channel and sample number alone."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.sources.synthetic_options import Tone

BLOCK = 4096
"""Noise and tones are made in blocks that begin at its multiples, so that a sample never depends on the read."""

_TABLE = 1 << 18


class Noise:
    """White normal noise out of a table; each (channel, block) begins at a place of its own in it.

    Not fit for statistics over hours: the same quarter of a million numbers come again, shuffled by block.
    """

    def __init__(self, rms: float, seed: int) -> None:
        normal = np.random.default_rng(seed).standard_normal(_TABLE)
        scaled = ((normal - normal.mean()) / normal.std() * rms).astype(np.float32)
        self._table: NDArray[np.float32] = scaled
        self._seed = seed

    def fill(self, out: Samples, block: int, skip: int, first_index: int) -> None:
        """Write one block's samples from `skip` on; rows are channels from `first_index` on."""
        samples = out.shape[1]
        begins = self._begins(first_index, out.shape[0], block)
        for row, begin in enumerate(begins.tolist()):
            out[row] = self._table[begin + skip : begin + skip + samples]

    def _begins(self, first_index: int, channels: int, block: int) -> NDArray[np.int64]:
        """A place in the table for each channel: the splitmix64 hash of channel, block and seed."""
        channel = np.arange(first_index, first_index + channels, dtype=np.uint64)
        value = channel * np.uint64(0x9E3779B97F4A7C15) + np.uint64((block * 0xD1B54A32D192ED03 + self._seed) % 2**64)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        value ^= value >> np.uint64(31)
        return (value % np.uint64(_TABLE - BLOCK)).astype(np.int64)


class Tones:
    """Sines whose phase is exact at any distance from the beginning."""

    def __init__(self, tones: tuple[Tone, ...], rate: Fraction) -> None:
        self._tones = tones
        self._turns = [tone.hertz / rate for tone in tones]
        self._block = lru_cache(maxsize=max(8, 2 * len(tones)))(self._computed)

    def add(self, out: Samples, block: int, skip: int, first_index: int) -> None:
        """Add one block's samples from `skip` on to the rows that have a tone."""
        for number, tone in enumerate(self._tones):
            first, last = max(tone.first - first_index, 0), min(tone.last - first_index, out.shape[0] - 1)
            if first <= last:
                out[first : last + 1] += self._block(number, block)[skip : skip + out.shape[1]]

    def _computed(self, number: int, block: int) -> NDArray[np.float32]:
        turns = self._turns[number]
        # Whole turns are taken away as fractions: a float would lose the phase after days.
        begin = float((turns * block * BLOCK) % 1)
        phase = 2 * np.pi * (begin + np.arange(BLOCK) * float(turns))
        wave: NDArray[np.float32] = (self._tones[number].amplitude * np.sin(phase)).astype(np.float32)
        return wave
