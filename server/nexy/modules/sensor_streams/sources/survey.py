"""Which channels are dead or hold no numbers: told when a source is opened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexy.modules.sensor_streams.sources.clip import PIECE_BYTES, Clip
from nexy.modules.sensor_streams.sources.errors import OPEN_DEAD, refused
from nexy.modules.sensor_streams.sources.sample_source import Samples

WHOLE_BYTES = 64 * 1024 * 1024
"""A clip up to this size (as float32) is looked at whole; of a longer one, slices of this size in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Channel indexes, ascending. Dead: one and the same value all along; nan: not one number."""

    dead: tuple[int, ...]
    nan: tuple[int, ...]
    channels: int
    all_zero: bool

    @property
    def nothing_alive(self) -> bool:
        """Whether no channel carries anything."""
        return len(self.dead) + len(self.nan) == self.channels


class _Extremes:
    """The least and greatest finite value of each channel so far."""

    def __init__(self, channels: int) -> None:
        self.least: NDArray[np.float32] = np.full(channels, np.inf, np.float32)
        self.greatest: NDArray[np.float32] = np.full(channels, -np.inf, np.float32)

    def add(self, piece: Samples) -> None:
        """Take in [channel][sample]; what is no number does not count."""
        finite = np.isfinite(piece)
        np.minimum(self.least, np.where(finite, piece, np.inf).min(axis=1), out=self.least)
        np.maximum(self.greatest, np.where(finite, piece, -np.inf).max(axis=1), out=self.greatest)


def survey(clip: Clip) -> Survey:
    """Look through a clip: all of it where it is short, else slices spread over it, so that opening stays bounded.

    In a long clip a channel that moves only between the slices is flagged as dead; a flag fails nothing.
    """
    channels = clip.shape.channels
    extremes = _Extremes(channels)
    for first, samples in _slices(clip):
        extremes.add(clip.read(first, samples, 0, channels))
    nan = np.isinf(extremes.least) & np.isinf(extremes.greatest)
    dead = ~nan & (extremes.least == extremes.greatest)
    return Survey(
        dead=tuple(np.flatnonzero(dead).tolist()),
        nan=tuple(np.flatnonzero(nan).tolist()),
        channels=channels,
        all_zero=bool(np.all(dead & (extremes.least == 0))),
    )


def _slices(clip: Clip) -> list[tuple[int, int]]:
    """(first sample, how many) of each slice to look at, ascending and apart."""
    total = clip.shape.samples
    piece = max(1, PIECE_BYTES // (4 * clip.shape.channels))
    if total * clip.shape.channels * 4 <= WHOLE_BYTES:
        return [(first, min(piece, total - first)) for first in range(0, total, piece)]
    slices = WHOLE_BYTES // PIECE_BYTES
    return [(number * (total - piece) // (slices - 1), piece) for number in range(slices)]


def check_alive(source: str, found: Survey, *, allow_dead: bool) -> None:
    """Refuse what carries nothing at all, unless that was asked for. Raises `ValidationFailed`."""
    if allow_dead or not found.nothing_alive:
        return
    if found.all_zero:
        why = "every sample is zero on every channel"
    elif found.dead:
        why = "no channel ever moves"
    else:
        why = "not one sample is a number"
    raise refused(source, f"{why}: check the recording, or open it all the same with {OPEN_DEAD}")
