"""What the pictures of a report are drawn from, in memory that does not grow with the stream."""

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nexy_client.validation.expectation import Expectation
from nexy_client.validation.observation import Observation

Floats = NDArray[np.float64]
Join: TypeAlias = Callable[[Any, Any], Any]
_POINTS = 256
_WATERFALL_ROWS = 256
_WATERFALL_CHANNELS = 512
_PICTURE_SECONDS = 0.1
_PICTURES_OF_A_RANGE = 96
LATENCY_EDGES_S = np.geomspace(1e-4, 100.0, 49)
"""Between these lie the bars of both histograms; what is shorter or longer counts in the first or last one."""


class ThinningSeries:
    """At most `points` points; when they are full, neighbours are joined and each point stands for twice as many."""

    def __init__(self, points: int, width: int, join: Join, join_open: Join | None = None) -> None:
        self._rows = np.zeros((points, width))
        self._used = 0
        self._each = 1
        self._open: Any = None
        self._in_open = 0
        self._join = join
        self._join_open = join_open or join

    def add(self, values: Any) -> None:  # noqa: ANN401  an array, or what `join_open` joins
        """One more of whatever is counted."""
        self._open = values if self._open is None else self._join_open(self._open, values)
        self._in_open += 1
        if self._in_open >= self._each:
            self._close()

    def _close(self) -> None:
        if self._open is None:
            return
        if self._used == len(self._rows):
            self._rows[: self._used // 2] = self._join(self._rows[0::2], self._rows[1::2])
            self._used //= 2
            self._each *= 2
            # What is open stands for half of what a point stands for now.
            return
        self._rows[self._used] = self._open
        self._used += 1
        self._open, self._in_open = None, 0

    def points(self) -> Floats:
        """[point][width], oldest first."""
        rows = self._rows[: self._used]
        return rows.copy() if self._open is None else np.vstack([rows, self._open])


_Times = tuple[float, float, float, float, float]


def _join_open_times(left: _Times, right: _Times) -> _Times:
    """As `_join_times`, for one point: an array of five numbers costs more than the numbers."""
    high = right[3] if left[3] != left[3] or right[3] > left[3] else left[3]
    low = right[4] if left[4] != left[4] or right[4] < left[4] else left[4]
    return right[0], left[1] + right[1], max(left[2], right[2]), high, low


def _join_times(left: Floats, right: Floats) -> Floats:
    """Columns: end time, frames, longest interval, highest, lowest."""
    return np.stack(
        [
            np.maximum(left[..., 0], right[..., 0]),
            left[..., 1] + right[..., 1],
            np.maximum(left[..., 2], right[..., 2]),
            np.fmax(left[..., 3], right[..., 3]),
            np.fmin(left[..., 4], right[..., 4]),
        ],
        axis=-1,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pictures:
    """Everything that a report draws of one stream.

    `times` [point][end second, frames, longest interval in s, highest, lowest]; `waterfall` [time][channel], the
    maximum over bins; `spectrogram` [time][bin], the maximum over channels; `spectrum` [bin], the mean over channels
    and the frames that were looked at; `latencies` and `intervals` count between `LATENCY_EDGES_S`; `row_s` is
    lines_dt. `first_channel` and `last_channel` are the waterfall's edges.
    """

    times: Floats = field(default_factory=lambda: np.zeros((0, 5)))
    waterfall: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    waterfall_seconds: float = 0.0
    spectrogram: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    spectrum: Floats = field(default_factory=lambda: np.zeros(0))
    frequencies: tuple[float, ...] = ()
    latencies: Floats = field(default_factory=lambda: np.zeros(len(LATENCY_EDGES_S) - 1))
    intervals: Floats = field(default_factory=lambda: np.zeros(len(LATENCY_EDGES_S) - 1))
    row_s: float = 0.0
    first_channel: int = 0
    last_channel: int = 0
    unit: str = ""


class Measures:
    """Takes down a little of every frame, and a picture of some."""

    def __init__(self, expected: Expectation, frequencies: tuple[float, ...], unit: str) -> None:
        self._frequencies = frequencies
        self._unit = unit
        self._channels = expected.channels
        self._times = ThinningSeries(_POINTS, 5, _join_times, _join_open_times)
        self._pool = max(1, -(-expected.sensors // _WATERFALL_CHANNELS))
        self._waterfall: ThinningSeries | None = None
        self._spectrogram = ThinningSeries(_WATERFALL_ROWS, expected.bins, np.fmax)
        self._row_s = expected.row_ms / 1000
        self._spectrum = np.zeros(expected.bins)
        self._spectra = 0
        self._latencies, self._intervals = np.zeros((2, len(LATENCY_EDGES_S) - 1))
        self._edges_ms = [float(edge) for edge in LATENCY_EDGES_S * 1000]
        self._every = _frames_per_picture(expected)
        self._first_s = self._last_s = self._next_picture_s = 0.0
        self._frames = 0
        self.bytes = 0

    @property
    def frames(self) -> int:
        """How many frames were taken down."""
        return self._frames

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return self._last_s - self._first_s

    def take(self, seen: Observation) -> None:
        """One frame."""
        now = seen.moment.steady_s
        if not self._frames:
            self._first_s = self._last_s = self._next_picture_s = now
        else:
            self._count(self._intervals, (now - self._last_s) * 1000)
        self._frames += 1
        self.bytes += seen.frame.size_bytes
        self._times.add((now - self._first_s, 1.0, now - self._last_s, seen.high, seen.low))
        self._last_s = now
        self._count(self._latencies, seen.moment.epoch_ms - seen.frame.server_timestamp)
        if seen.regular and seen.values is not None and self._is_due(now):
            self._next_picture_s = now + _PICTURE_SECONDS
            self._take_picture(seen.values)

    def _is_due(self, now: float) -> bool:
        """A recording flows faster than it happened: its pictures are spread over its rows."""
        if self._every:
            return (self._frames - 1) % self._every == 0
        return now >= self._next_picture_s

    def _count(self, bars: Floats, milliseconds: float) -> None:
        place = bisect(self._edges_ms, milliseconds) - 1
        bars[min(max(place, 0), len(bars) - 1)] += 1

    def _take_picture(self, values: NDArray[np.float32]) -> None:
        heights = np.fmax.reduce(values, axis=1)
        starts = np.arange(0, len(heights), self._pool)
        pooled = np.fmax.reduceat(heights, starts).astype(np.float64)
        if self._waterfall is None:
            self._waterfall = ThinningSeries(_WATERFALL_ROWS, len(pooled), np.fmax)
        self._waterfall.add(pooled)
        self._spectrogram.add(np.fmax.reduce(values, axis=0).astype(np.float64))
        # In float64, since the sum of wild float32s leaves their range; infinities of both signs have no mean.
        with np.errstate(invalid="ignore"):
            mean = values.mean(axis=0, dtype=np.float64)
        self._spectrum += np.nan_to_num(mean, posinf=0.0, neginf=0.0)
        self._spectra += 1

    def pictures(self) -> Pictures:
        """What there is to draw."""
        return Pictures(
            times=self._times.points(),
            waterfall=self._waterfall.points() if self._waterfall else np.zeros((0, 0)),
            waterfall_seconds=self._frames * self._row_s if self._every else self.seconds,
            spectrogram=self._spectrogram.points(),
            spectrum=self._spectrum / max(self._spectra, 1),
            frequencies=self._frequencies,
            latencies=self._latencies,
            intervals=self._intervals,
            row_s=self._row_s,
            first_channel=int(self._channels[0]) if len(self._channels) else 0,
            last_channel=int(self._channels[-1]) if len(self._channels) else 0,
            unit=self._unit,
        )


def _frames_per_picture(expected: Expectation) -> int:
    """0 where pictures are taken by the clock."""
    if expected.live is not False or not expected.rows or not expected.row_ms:
        return 0
    return max(1, -(-expected.rows // _PICTURES_OF_A_RANGE))
