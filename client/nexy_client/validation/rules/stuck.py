"""Neighbouring frames differ, and so do neighbouring intensities of every channel."""

import numpy as np
from numpy.typing import NDArray

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Rule, Setting

# So many bits of float noise never repeat by chance; bytes on a dB scale in a quiet place may.
_ENOUGH_CELLS = 16
_ENOUGH_QUANTISED_CELLS = 512


class StuckRule(Rule):
    """Compares a few bins of each channel with the frame before, and all of them only where those few are equal."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._before: Observation | None = None
        self._equal_frames = 1
        self._equal_cells = 0
        # Equal frames that may yet turn out to be the last ones of a range.
        self._held: list[tuple[int, int]] = []
        self._equal_in_channel = np.empty(0, np.int32)
        self._told = np.empty(0, np.bool_)

    def observe(self, seen: Observation) -> None:
        """Note a frame that equals the one before, or a channel that has done so for some frames."""
        before, self._before = self._before, seen
        if seen.values is None:
            return
        if seen.flat and seen.high != 0.0 and seen.values.size >= _ENOUGH_CELLS:
            self.log.note("sample_unique", frame=seen.number, value=seen.high, expected=seen.values.size)
        if before is None or before.values is None or before.values.shape != seen.values.shape:
            self._begin(len(seen.ids))
            return
        if before.number != seen.number:
            self._compare(before, seen)

    def _begin(self, sensors: int) -> None:
        self._moves()
        self._equal_in_channel = np.ones(sensors, np.int32)
        self._told = np.zeros(sensors, np.bool_)

    def _compare(self, before: Observation, seen: Observation) -> None:
        assert before.values is not None
        assert seen.values is not None
        equal = before.sample[:, 0] == seen.sample[:, 0]
        if not equal.any():
            self._moves()
            self._equal_in_channel.fill(1)
            return
        places = np.flatnonzero(equal)
        places = places[(before.sample[places] == seen.sample[places]).all(axis=1)]
        now, then = seen.values[places], before.values[places]
        really = (now == then).all(axis=1) & now.any(axis=1)
        if really.any() and len(places) == len(equal) and bool((now == then).all()):
            self._frame_is_equal(seen, int(np.count_nonzero(now)))
            return
        self._moves()
        self._channels_are_equal(seen, places[really])

    def _moves(self) -> None:
        self._equal_frames, self._equal_cells = 1, 0
        self._tell_held()

    def _frame_is_equal(self, seen: Observation, cells: int) -> None:
        self._equal_frames += 1
        self._equal_cells = cells if seen.quantised else self._equal_cells + cells
        enough = _ENOUGH_QUANTISED_CELLS if seen.quantised else _ENOUGH_CELLS
        at_the_beginning = seen.number <= self.expected.edge_rows
        if self._equal_frames < self.limits.stuck_frames or self._equal_cells < enough or at_the_beginning:
            return
        self._held.append((seen.number, self._equal_frames))
        if len(self._held) > self.expected.edge_rows:
            self._tell_held()

    def _tell_held(self) -> None:
        for number, equal in self._held:
            self.log.note("stuck_frame", frame=number, value=equal)
        self._held.clear()

    def finish(self, ending: Ending) -> None:
        """What still stands at the end of a range may do so: its last rows share a window."""
        if not ending.complete:
            self._tell_held()

    def _channels_are_equal(self, seen: Observation, places: NDArray[np.intp]) -> None:
        assert seen.values is not None
        longer = self._equal_in_channel[places] + 1
        self._equal_in_channel.fill(1)
        self._equal_in_channel[places] = longer
        due = places[(longer >= self.limits.stuck_channel_frames) & ~self._told[places]]
        for place in due:
            if self._tells_something(seen, seen.values[place]):
                self._told[place] = True
                frames = int(self._equal_in_channel[place])
                self.log.note("stuck_channel", frame=seen.number, sensor=int(seen.ids[place]), value=frames)

    def _tells_something(self, seen: Observation, channel: NDArray[np.float32]) -> bool:
        """Few bins, or bytes that all lie on the floor of the scale, repeat without anything being stuck."""
        if not seen.quantised:
            return True
        return int(np.count_nonzero(channel > channel.min())) >= _ENOUGH_CELLS
