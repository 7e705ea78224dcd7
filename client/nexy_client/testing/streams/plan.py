"""What a stream is meant to be, before anything is done to it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Amplitudes = NDArray[np.float32]
Tint = Callable[[Amplitudes], Amplitudes]

JOB_ID = "12-70788"
ROW_SECONDS = 0.0390625
RECORDED_AT_MS = 1_700_000_000_000


def linear(noise: Amplitudes) -> Amplitudes:
    """Amplitudes as they are: 0.5 to 2."""
    return noise


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """One job: `sensors` channels from `first_channel`, in `streams` streams that abut; a row lasts `row_seconds`.

    A row begins every `row_seconds`, which is a whole number of samples at `sample_rate_hz`.
    `rows` is how many a historic job has, and how many a live one has at hand. `tint` makes the source's amplitudes
    from noise between 0.5 and 2. Dead and NaN channels are sent as zeros and named in the metadata.
    """

    first_channel: int = 100
    sensors: int = 24
    streams: int = 1
    bins: int = 32
    rows: int = 100
    row_seconds: float = ROW_SECONDS
    sample_rate_hz: float = 1024.0
    live: bool = False
    first_number: int = 1
    lowest_hz: float = 10.0
    highest_hz: float = 200.0
    tint: Tint = linear
    dead_channels: tuple[int, ...] = ()
    nan_channels: tuple[int, ...] = ()

    @property
    def hop(self) -> int:
        """Samples from one row to the next."""
        return round(self.row_seconds * self.sample_rate_hz)

    def channels(self, stream: int) -> range:
        """The channels that one stream carries."""
        each = -(-self.sensors // self.streams)
        first = self.first_channel + stream * each
        return range(first, min(first + each, self.first_channel + self.sensors))

    def frequencies(self) -> list[float]:
        """The centre of every bin, inside the range."""
        if self.bins == 1:
            return [(self.lowest_hz + self.highest_hz) / 2]
        return [float(hertz) for hertz in np.linspace(self.lowest_hz, self.highest_hz, self.bins)]

    def row_span_ms(self, begin_ms: int, index: int) -> tuple[int, int]:
        """[start, end) of a row; every edge is rounded by itself, so that rows abut."""
        step = self.row_seconds * 1000
        return begin_ms + round(index * step), begin_ms + round((index + 1) * step)

    def intensities(self, stream: int, index: int) -> Amplitudes:
        """[sensor][bin] of one row, the same whenever it is asked for."""
        channels = self.channels(stream)
        noise = np.random.default_rng([stream, index]).uniform(0.5, 2.0, (len(channels), self.bins))
        row = self.tint(noise.astype(np.float32)).astype("<f4")
        for channel in (*self.dead_channels, *self.nan_channels):
            if channel in channels:
                row[channel - channels.start] = 0.0
        return row
