"""A clip: samples that lie still, whatever file they are in. Sources are made of clips."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.sample_source import Samples

PIECE_BYTES = 4 * 1024 * 1024
"""How much of a file is held at once on its way into the caller's array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipShape:
    """What a clip is; the fields mean what they mean in `SourceFacts`."""

    sample_rate_hz: float
    samples: int
    channels: int
    start_ns: int
    unit: str
    dtype: str
    distance_step_m: float
    fiber_start_m: float
    description: str
    band_energy: bool = False


class Clip(Protocol):
    """Random access by index: both samples and channels are counted from 0, and the caller keeps to the shape."""

    @property
    def shape(self) -> ClipShape:
        """What it is."""
        ...

    def read(self, first: int, samples: int, first_index: int, channels: int) -> Samples:
        """Exactly [channels][samples], float32. Raises `SourceBroken`."""
        ...

    def close(self) -> None:
        """Let go of files; safe to call twice."""
        ...


class HeldClip:
    """A short clip, kept in memory: for loops, which read the same samples over and over."""

    def __init__(self, clip: Clip) -> None:
        self.shape = clip.shape
        self._samples = clip.read(0, clip.shape.samples, 0, clip.shape.channels)
        clip.close()

    def read(self, first: int, samples: int, first_index: int, channels: int) -> Samples:
        """A copy of the part asked for."""
        return np.array(self._samples[first_index : first_index + channels, first : first + samples], order="C")

    def close(self) -> None:
        """Nothing is open."""


def check_span(facts: SourceFacts, available: int, first_sample: int, samples: int, channels: tuple[int, int]) -> None:
    """Raise `ValidationFailed` where (first channel, how many) or the samples lie outside of the source."""
    first_channel, count = channels
    last = first_channel + count - 1
    if count < 1 or first_channel < facts.lowest_channel or last > facts.highest_channel:
        raise ValidationFailed(
            f"channels {first_channel}..{last} are not within {facts.lowest_channel}..{facts.highest_channel} "
            f"of source '{facts.name}'",
            field="channels",
        )
    if samples < 1 or first_sample < 0 or first_sample + samples > available:
        raise ValidationFailed(
            f"samples {first_sample}..{first_sample + samples - 1} are not within the {available} "
            f"that source '{facts.name}' holds",
            field="samples",
        )
