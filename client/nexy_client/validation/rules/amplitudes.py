"""current_max_amp and current_min_amp are the exact extremes of the frame."""

import math

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Rule

_FLOOR_DB = 96.0


class ExtremesRule(Rule):
    """Compares what the frame says with what it holds; bytes in dB are as exact as their step allows."""

    def observe(self, seen: Observation) -> None:
        """A frame that holds something not finite has no extremes, which is told elsewhere."""
        if seen.values is None or not (math.isfinite(seen.low) and math.isfinite(seen.high)):
            return
        said_high, said_low = seen.frame.current_max_amp, seen.frame.current_min_amp
        high_is = self._same_high(seen, said_high)
        low_is = self._same_low(seen, said_low)
        if high_is and low_is:
            return
        if not seen.flat and self._same_high(seen, said_low) and self._same_low(seen, said_high):
            self.log.note("extremes_swapped", frame=seen.number, value=said_high, expected=seen.high)
            return
        if not high_is:
            self.log.note("sample_max", frame=seen.number, value=said_high, expected=seen.high)
        if not low_is:
            self.log.note("sample_min", frame=seen.number, value=said_low, expected=seen.low)

    def _same_high(self, seen: Observation, said: float) -> bool:
        return self._same_db(said, seen.high) if seen.quantised else self._same(said, seen.high)

    def _same_low(self, seen: Observation, said: float) -> bool:
        if not seen.quantised:
            return self._same(said, seen.low)
        # What is quieter than the scale reaches was sent as its floor.
        floor = seen.high * 10 ** (-_FLOOR_DB / 20)
        return self._same_db(max(said, floor), max(seen.low, floor))

    def _same(self, said: float, true: float) -> bool:
        return said == true or abs(said - true) <= self.limits.amplitude_relative * abs(true)

    def _same_db(self, said: float, true: float) -> bool:
        if said <= 0 or true <= 0:
            return max(said, true) < 1e-19
        return abs(20 * math.log10(said / true)) <= self.limits.quantised_db if math.isfinite(said) else False
