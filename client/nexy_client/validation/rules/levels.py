"""The level of a stream does not jump as no fibre jumps: spikes, and lasting steps such as a change of unit."""

import math

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Rule, Setting

_MEMORY = 0.1
_SETTLED = 5
_LASTING = 5


class LevelRule(Rule):
    """Follows the logarithm of the frames' maxima; streams in dB, and what has no level, are left alone."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._level: float | None = None
        self._seen = 0
        self._apart = 0
        self._began: Observation | None = None

    def observe(self, seen: Observation) -> None:
        """Compare with the frames before; one that is far off is not learnt from until it lasts."""
        if self.expected.decibels or seen.values is None or seen.low < 0 or not 0 < seen.high < math.inf:
            return
        level = math.log10(seen.high)
        if self._level is None:
            self._level = level
        off = level - self._level
        if self._seen >= _SETTLED and abs(off) > math.log10(self.limits.step_ratio):
            self._far_off(seen, level, off)
            return
        self._apart = 0
        self._seen += 1
        self._level += _MEMORY * off

    def _far_off(self, seen: Observation, level: float, off: float) -> None:
        if off > math.log10(self.limits.spike_ratio):
            usual = 10 ** (level - off)
            self.log.note("num_spikes", frame=seen.number, value=seen.high, expected=usual)
        self._apart += 1
        self._began = seen if self._apart == 1 else self._began
        if self._apart >= _LASTING and self._began is not None:
            self.log.note("amplitude_step", frame=self._began.number, value=10**off)
            self._level, self._seen, self._apart = level, 0, 0
