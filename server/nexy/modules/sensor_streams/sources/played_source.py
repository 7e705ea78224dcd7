"""A recording played as if it happened now: over and over, or once."""

import dataclasses
from typing import Final

import numpy as np

from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.clip import Clip, check_span
from nexy.modules.sensor_streams.sources.live_clock import LiveEdge, NowNs, anchor
from nexy.modules.sensor_streams.sources.sample_source import Samples

HELD_BYTES: Final = 32 * 1024 * 1024
"""A clip up to this size is kept in memory while it is looped."""


class LoopSource:
    """Endless: sample i is the clip's sample i modulo its length. Where it begins again, the signal jumps.

    `speed` plays it faster, as a tape would: the sample rate, and with it every frequency, is that much higher.
    """

    def __init__(self, facts: SourceFacts, clip: Clip, now_ns: NowNs, speed: float) -> None:
        start_ns = anchor(now_ns())
        self._facts = _played(facts, start_ns, speed)
        self._clip = clip
        self._edge = LiveEdge(now_ns, start_ns, self._facts.sample_rate_hz)

    @property
    def facts(self) -> SourceFacts:
        """The clip's, with the time shifted."""
        return self._facts

    def available(self) -> int:
        """Grows with the clock."""
        return self._edge.samples()

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """[channels][samples], as often through the clip as it takes."""
        check_span(self._facts, self.available(), first_sample, samples, (first_channel, channels))
        index = first_channel - self._facts.lowest_channel
        length = self._clip.shape.samples
        first = first_sample % length
        if first + samples <= length:
            return self._clip.read(first, samples, index, channels)
        out: Samples = np.empty((channels, samples), np.float32)
        done = 0
        while done < samples:
            begin = (first + done) % length
            count = min(length - begin, samples - done)
            out[:, done : done + count] = self._clip.read(begin, count, index, channels)
            done += count
        return out

    def close(self) -> None:
        """Close the clip's files."""
        self._clip.close()


class ReplaySource:
    """Once, in real time, from the moment it is opened; then `facts.samples` tells its length: nothing more comes."""

    def __init__(self, facts: SourceFacts, clip: Clip, now_ns: NowNs, speed: float) -> None:
        start_ns = now_ns()
        self._facts = _played(facts, start_ns, speed)
        self._clip = clip
        self._edge = LiveEdge(now_ns, start_ns, self._facts.sample_rate_hz)

    @property
    def facts(self) -> SourceFacts:
        """The clip's, with the time shifted; its number of samples once all have come."""
        length = self._clip.shape.samples
        return dataclasses.replace(self._facts, samples=length) if self.available() == length else self._facts

    def available(self) -> int:
        """Grows with the clock up to the clip's length."""
        return min(self._edge.samples(), self._clip.shape.samples)

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """[channels][samples] of what has been played so far."""
        check_span(self._facts, self.available(), first_sample, samples, (first_channel, channels))
        return self._clip.read(first_sample, samples, first_channel - self._facts.lowest_channel, channels)

    def close(self) -> None:
        """Close the clip's files."""
        self._clip.close()


def _played(facts: SourceFacts, start_ns: int, speed: float) -> SourceFacts:
    rate = facts.sample_rate_hz * speed
    return dataclasses.replace(facts, start_ns=start_ns, sample_rate_hz=rate)
