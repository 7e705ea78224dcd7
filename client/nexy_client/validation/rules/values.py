"""Every intensity is a number that an amplitude can be."""

import math

import numpy as np
from numpy.typing import NDArray

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Rule, Setting


class ValuesRule(Rule):
    """Finite, not absurdly large, and without a sign where the stream has none."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._frames = 0
        self._negative = 0
        self._first_negative: Observation | None = None

    def observe(self, seen: Observation) -> None:
        """The extremes tell whether there is anything to look for."""
        if seen.values is None:
            self._look_into_pieces(seen)
            return
        self._frames += 1
        if not (math.isfinite(seen.low) and math.isfinite(seen.high)):
            self._not_finite(seen, seen.ids, seen.values)
        elif max(seen.high, -seen.low) > self.limits.plausible_amplitude:
            self._implausible(seen, seen.values)
        if seen.low < 0:
            self._negative += 1
            self._first_negative = self._first_negative or seen

    def _look_into_pieces(self, seen: Observation) -> None:
        """A row that is no matrix still must hold numbers."""
        for run in seen.row.runs if seen.row else ():
            if not np.isfinite(run.values).all():
                self._not_finite(seen, run.ids, run.values)

    def _not_finite(self, seen: Observation, ids: NDArray[np.int32], values: NDArray[np.float32]) -> None:
        sensor, bin_ = np.unravel_index(int(np.argmin(np.isfinite(values))), values.shape)
        self.log.note("not_finite", frame=seen.number, sensor=int(ids[sensor]), value=str(values[sensor, bin_]))

    def _implausible(self, seen: Observation, values: NDArray[np.float32]) -> None:
        place = int(np.argmax(np.abs(values)))
        sensor, bin_ = np.unravel_index(place, values.shape)
        self.log.note(
            "amplitude_implausible",
            frame=seen.number,
            sensor=int(seen.ids[sensor]),
            value=float(values[sensor, bin_]),
            expected=self.limits.plausible_amplitude,
        )

    def finish(self, ending: Ending) -> None:
        """A stream in dB is below zero in most of its frames; amplitudes whose sign slips are so in a few."""
        first = self._first_negative
        if first is None or self.expected.decibels or 2 * self._negative > self._frames:
            return
        assert first.values is not None
        sensor = int(np.argmin(first.values.min(axis=1)))
        self.log.note(
            "negative_amplitude",
            frame=first.number,
            sensor=int(first.ids[sensor]),
            value=first.low,
            expected=0,
            times=self._negative,
        )
