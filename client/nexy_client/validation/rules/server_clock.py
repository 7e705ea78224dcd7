"""server_timestamp is a clock: it goes, forwards, in milliseconds, and at our pace."""

import math
from collections.abc import Sequence

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Figure, Rule, Setting

_DAY_MS = 86_400_000.0
_UNITS_PER_MS = (1e-3, 1e3, 1e6)
_STUCK_MS, _STUCK_FRAMES = 500.0, 5
_WINDOW_FRAMES = 16
_LEAST_SECONDS = 1.0


class ServerClockRule(Rule):
    """Compares the server's clock with itself and with ours; the smallest delays of a while tell how they differ."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._before = 0
        self._since_ms, self._equal = 0.0, 0
        self._stuck_told = False
        self._first_s: float | None = None
        self._last_s = 0.0
        self._least = math.inf
        self._first_least: float | None = None
        self._window_least, self._window_frames = math.inf, 0
        self._last_least: float | None = None

    def observe(self, seen: Observation) -> None:
        """One time stamp."""
        stamp = seen.frame.server_timestamp
        if stamp <= 0:
            self.log.note("server_timestamp", frame=seen.number, value=stamp)
            return
        if abs(stamp - seen.moment.epoch_ms) > _DAY_MS and self._in_other_unit(stamp, seen.moment.epoch_ms):
            self.log.note("time_unit", frame=seen.number, value=stamp, expected=int(seen.moment.epoch_ms))
            return
        if stamp < self._before - self.limits.row_ms:
            self.log.note("suspect_time_tag", frame=seen.number, value=stamp, expected=self._before)
        self._look_whether_it_goes(seen, stamp)
        self._before = stamp
        self._take_delay(seen.moment.epoch_ms - stamp, seen.moment.steady_s)

    def _in_other_unit(self, stamp: int, now_ms: float) -> bool:
        off = abs(stamp - now_ms)
        return any(abs(stamp / unit - now_ms) < min(0.01 * now_ms, off) for unit in _UNITS_PER_MS)

    def _look_whether_it_goes(self, seen: Observation, stamp: int) -> None:
        if stamp != self._before:
            self._since_ms, self._equal = seen.moment.epoch_ms, 1
            return
        self._equal += 1
        stands = seen.moment.epoch_ms - self._since_ms
        # Frames that were sent together may arrive one after the other, but not half a second apart.
        if not self._stuck_told and stands > _STUCK_MS and self._equal >= _STUCK_FRAMES:
            self._stuck_told = True
            self.log.note("server_timestamp_stuck", frame=seen.number, value=stamp, expected=round(stands / 1000, 3))

    def _take_delay(self, delay_ms: float, steady_s: float) -> None:
        self._first_s = steady_s if self._first_s is None else self._first_s
        self._last_s = steady_s
        self._least = min(self._least, delay_ms, key=abs)
        self._window_least = min(self._window_least, delay_ms)
        self._window_frames += 1
        if self._window_frames == _WINDOW_FRAMES:
            if self._first_least is None:
                self._first_least = self._window_least
            self._last_least = self._window_least
            self._window_least, self._window_frames = math.inf, 0

    def finish(self, ending: Ending) -> None:
        """Offset and drift of the whole."""
        if math.isfinite(self._least) and abs(self._least) > self.limits.clock_offset_s * 1000:
            self.log.note("clock_offset", value=round(-self._least / 1000, 3), expected=self.limits.clock_offset_s)
        elif not self._stuck_told:
            self._look_at_drift()

    def _look_at_drift(self) -> None:
        if self._first_least is None or self._last_least is None or self._first_s is None:
            return
        seconds = self._last_s - self._first_s
        moved_ms = self._last_least - self._first_least
        # A recording is sent as fast as it can: its delay grows while buffers fill, which is no drift.
        counts = abs(moved_ms) if self.expected.live else -moved_ms
        if seconds < _LEAST_SECONDS or counts <= self.limits.clock_drift_floor_ms:
            return
        ppm = moved_ms / seconds * 1000
        if abs(ppm) > self.limits.clock_drift_ppm:
            self.log.note("clock_drift", value=round(-ppm), expected=self.limits.clock_drift_ppm)

    def figures(self) -> Sequence[Figure]:
        """How far the server's clock is from ours, the quickest way across not counted."""
        offset = -self._least / 1000 if math.isfinite(self._least) else 0.0
        return (Figure(name="clock_offset", value=offset, unit="s"),)
