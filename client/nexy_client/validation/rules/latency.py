"""Frames come soon after they were sent, live rows soon after they happened, the first frame soon after the call."""

import math
from collections.abc import Sequence

from nexy_client.streams.histogram import DurationHistogram
from nexy_client.validation.expectation import Expectation
from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Figure, Rule, Setting
from nexy_client.validation.thresholds import Thresholds

_FEW_FRAMES = 3
# The first sample of a piece is as old as the piece when that is complete, and older until somebody looks.
_PIECES = 2
_DAY_MS = 86_400_000.0
# A delay below this is no delay: the server's clock is ahead, and all delays are too short by as much.
_AHEAD_S = -0.02


def first_frame_due_s(limits: Thresholds, expected: Expectation) -> float:
    """A source that has just begun must first fill one analysis window, or deliver its next piece."""
    return limits.first_frame_s + (expected.window_s + _PIECES * expected.piece_s if expected.live else 0.0)


class LatencyRule(Rule):
    """Judges percentiles at the end; until then it keeps histograms."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._delays = DurationHistogram()
        self._ages = DurationHistogram()
        self._frames = self._aged = 0
        self._ahead_s = 0.0
        self._first_s = self._youngest_s = self._waited_s = math.inf

    def observe(self, seen: Observation) -> None:
        """Delay since it was sent, age since it happened."""
        if self._first_s == math.inf:
            self._first_s = seen.moment.steady_s
        stamp = seen.frame.server_timestamp
        delay_ms = seen.moment.epoch_ms - stamp
        if stamp > 0 and abs(delay_ms) < _DAY_MS:
            delay = delay_ms / 1000
            self._frames += 1
            self._ahead_s = min(self._ahead_s, delay)
            self._delays.note(delay - self._ahead_s if self._ahead_s < _AHEAD_S else delay)
        if self.expected.live and seen.row is not None and seen.row.endTimestamp > 0:
            self._take_age(seen, (seen.moment.epoch_ms - seen.row.endTimestamp) / 1000)

    def _take_age(self, seen: Observation, age: float) -> None:
        self._aged += 1
        self._ages.note(age)
        self._youngest_s = min(self._youngest_s, age)
        if age < -self.limits.clock_offset_s:
            self.log.note("row_in_future", frame=seen.number, value=round(-age, 3), expected=0)

    def finish(self, ending: Ending) -> None:
        """Compare with the limits."""
        self._waited_s = self._first_s - ending.began.steady_s
        if ending.frames and self._waited_s > first_frame_due_s(self.limits, self.expected):
            due = round(first_frame_due_s(self.limits, self.expected), 3)
            self.log.note("first_frame_latency", value=round(self._waited_s, 3), expected=due)
        p95 = self._delays.quantile(0.95) or 0.0
        if self._frames >= _FEW_FRAMES and p95 > self.limits.latency_p95_s:
            self.log.note("feed_latency", value=round(p95, 3), expected=self.limits.latency_p95_s)
        most = self.limits.data_latency_s + self.expected.window_s + _PIECES * self.expected.piece_s
        age = self._ages.quantile(0.5) or 0.0
        if self._aged >= _FEW_FRAMES and age > most:
            self.log.note("data_latency", value=round(age, 3), expected=round(most, 3))

    def figures(self) -> Sequence[Figure]:
        """Percentiles, in seconds."""
        told = [
            Figure(name=f"feed_latency_p{share}", value=value, unit="s")
            for share in (50, 95, 99)
            if (value := self._delays.quantile(share / 100)) is not None
        ]
        if self._waited_s < math.inf:
            told.insert(0, Figure(name="first_frame_latency", value=self._waited_s, unit="s"))
        if self._aged:
            told.append(Figure(name="data_latency", value=self._youngest_s, unit="s"))
        return told
