"""Frames come often enough, and a live stream's evenly."""

import math
from collections.abc import Sequence

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Figure, Rule, Setting

_BUCKET_S = 2.0
_FEW_FRAMES = 5
_FEW_PIECES = 4
# What a late joiner gets first may have been waiting for it.
_SETTLING_INTERVALS = 3


class RateRule(Rule):
    """Frames per second over the whole and in its worst two seconds; the share of uneven intervals.

    Where the source delivers in pieces, the intervals between pieces are judged, and the rate of the whole alone.
    """

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._first_s = self._last_s = 0.0
        self._first_number = self._last_number = 0
        self._frames = 0
        self._intervals = self._uneven = 0
        self._mean = self._squares = 0.0
        self._bucket_began = 0.0
        self._bucket_frames = 0
        self._worst_rate = math.inf

    def observe(self, seen: Observation) -> None:
        """Take down when it came."""
        now, number = seen.moment.steady_s, seen.number
        self._frames += 1
        if self._frames == 1:
            self._first_s = self._last_s = self._bucket_began = now
            self._first_number = self._last_number = number
            return
        interval, step = now - self._last_s, number - self._last_number
        self._last_s, self._last_number = now, number
        self._fill_bucket(now, interval)
        if step == 1 and self._frames > _SETTLING_INTERVALS:
            self._take_interval(interval)

    def _fill_bucket(self, now: float, interval: float) -> None:
        self._bucket_frames += 1
        lasted = now - self._bucket_began
        if lasted < _BUCKET_S:
            return
        # A pause is a stall or a reconnection, which are told as such.
        if interval < self.limits.stall_s and not self.expected.piece_s:
            self._worst_rate = min(self._worst_rate, self._bucket_frames / lasted)
        self._bucket_began, self._bucket_frames = now, 0

    def _take_interval(self, interval: float) -> None:
        due_ms, allowed = self.expected.row_ms, self._uneven_from_ms(self.expected.row_ms)
        if self.expected.piece_s:
            if interval * 1000 <= due_ms + allowed:
                return
            due_ms, allowed = self.expected.piece_s * 1000, self._uneven_from_ms(self.expected.piece_s * 1000)
        self._intervals += 1
        above = interval - self._mean
        self._mean += above / self._intervals
        self._squares += above * (interval - self._mean)
        self._uneven += abs(interval * 1000 - due_ms) > allowed

    def _uneven_from_ms(self, due_ms: float) -> float:
        return max(self.limits.jitter_floor_ms, self.limits.jitter_deviation * due_ms)

    def _rate(self) -> float:
        lasted = self._last_s - self._first_s
        return (self._frames - 1) / lasted if lasted > 0 else 0.0

    def _long_enough(self) -> bool:
        lasted = self._last_s - self._first_s
        return (
            lasted > _FEW_PIECES * self.expected.piece_s
            and self._frames >= _FEW_FRAMES
            and (self._frames >= self.limits.rate_frames or lasted >= self.limits.rate_seconds)
        )

    def finish(self, ending: Ending) -> None:
        """Compare with what is promised: a stream of few rows a second cannot give many frames a second."""
        if not self._long_enough():
            return
        promised = 1000 / self.expected.row_ms if self.expected.row_ms else math.inf
        least = min(self.limits.rate_fps, self.limits.rate_share * promised)
        worst = min(self._rate(), self._worst_rate)
        if worst < least:
            self.log.note("frame_rate", value=round(worst, 3), expected=round(least, 3))
        if self.expected.live and self.expected.row_ms:
            self._judge_live(promised)

    def _judge_live(self, promised: float) -> None:
        lasted = self._last_s - self._first_s
        made = (self._last_number - self._first_number) / lasted
        if lasted >= self.limits.rate_seconds and 0 < made < self.limits.rate_share * promised:
            self.log.note("sample_rate_channel", value=round(made, 3), expected=round(promised, 3))
        share = self._uneven / self._intervals if self._intervals else 0.0
        few = _FEW_PIECES if self.expected.piece_s else self.limits.rate_frames - _SETTLING_INTERVALS
        if self._intervals >= few and share > self.limits.jitter_share:
            self.log.note("jitter", value=round(100 * share, 1), expected=100 * self.limits.jitter_share)

    def figures(self) -> Sequence[Figure]:
        """Frames a second, and the standard deviation of their intervals."""
        jitter = math.sqrt(self._squares / self._intervals) if self._intervals else 0.0
        return (
            Figure(name="frame_rate", value=self._rate(), unit="1/s"),
            Figure(name="jitter", value=jitter, unit="s"),
        )
