"""Sensors and bins are those of the configure answer."""

import numpy as np

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Rule


class DimensionsRule(Rule):
    """Every row: as many sensors as the stream has channels, their numbers, ascending; as many bins as frequencies."""

    def observe(self, seen: Observation) -> None:
        """Compare numbers and widths; a frame that is as expected was already seen to be so."""
        if seen.row is None or seen.regular:
            return
        self._look_at_sensors(seen)
        self._look_at_bins(seen)

    def _look_at_sensors(self, seen: Observation) -> None:
        channels = self.expected.channels
        if not len(channels) or np.array_equal(seen.ids, channels):
            return
        if len(seen.ids) != len(channels):
            self.log.note("sensor_amount", frame=seen.number, value=len(seen.ids), expected=len(channels))
        steps = np.diff(seen.ids.astype(np.int64))
        if (steps <= 0).any():
            place = int(np.argmax(steps <= 0))
            self.log.note(
                "sensor_order", frame=seen.number, sensor=int(seen.ids[place + 1]), value=int(seen.ids[place])
            )
        strangers = np.setdiff1d(seen.ids, channels)
        if len(strangers):
            expected = f"{channels[0]}-{channels[-1]}"
            first = int(strangers[0])
            self.log.note("sensor_id", frame=seen.number, sensor=first, value=len(strangers), expected=expected)

    def _look_at_bins(self, seen: Observation) -> None:
        assert seen.row is not None
        widths = {run.values.shape[1] for run in seen.row.runs}
        if len(widths) > 1:
            self.log.note(
                "bins_uneven", frame=seen.number, value=f"{min(widths)}-{max(widths)}", expected=self.expected.bins
            )
        elif self.expected.bins and widths and widths != {self.expected.bins}:
            self.log.note("bin_amount", frame=seen.number, value=widths.pop(), expected=self.expected.bins)
