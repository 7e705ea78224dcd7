"""A stream moves: not all zeros, no padding, no more dead channels than a fibre may have."""

import numpy as np
from numpy.typing import NDArray

from nexy_client.validation.finding import Severity
from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Rule, Setting


class ZerosRule(Rule):
    """Tells a silent stream, single silent frames, channels that never moved and channels that stopped moving."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._frames = 0
        self._padded: list[int] = []
        self._padded_frames = 0
        self._ids = np.empty(0, np.int32)
        self._last_alive = np.empty(0, np.int64)

    def observe(self, seen: Observation) -> None:
        """A flat frame of zeros is padding; else take down which channels moved."""
        if seen.values is None:
            return
        self._frames += 1
        if seen.flat and seen.low == 0.0:
            self._padded_frames += 1
            if len(self._padded) < self.limits.findings_kept:
                self._padded.append(seen.number)
            return
        if self._ids is not self.expected.channels or not seen.regular:
            self._begin_with(seen)
        # A lowest value above zero leaves nothing to look for.
        moment = self._frames - self._padded_frames
        if seen.low > 0:
            self._last_alive.fill(moment)
        else:
            self._last_alive[_moving(seen, seen.values)] = moment

    def _begin_with(self, seen: Observation) -> None:
        ids = self.expected.channels if seen.regular else seen.ids
        if not np.array_equal(self._ids, ids):
            self._last_alive = np.zeros(len(ids), np.int64)
        self._ids = ids

    def finish(self, ending: Ending) -> None:
        """Judge: a padded frame is one among others that move."""
        if not self._frames:
            return
        if self._padded_frames == self._frames:
            self._all_zero()
            return
        for place, number in enumerate(self._padded, 1):
            rest = self._padded_frames - place if place == len(self._padded) else 0
            self.log.note("missing_padded_data", frame=number, value=0.0, times=1 + rest)
        self._dead_channels(self._last_alive == 0)
        self._died(self._last_alive)

    def _all_zero(self) -> None:
        everything_flagged = np.isin(self.expected.channels, self.expected.flagged).all()
        excused = len(self.expected.channels) > 0 and bool(everything_flagged)
        self.log.note("all_zero", severity=Severity.INFO if excused else None, value=self._frames)

    def _dead_channels(self, dead: NDArray[np.bool_]) -> None:
        channels = self._ids[dead]
        unflagged = channels[~np.isin(channels, self.expected.flagged)]
        for channel in channels:
            self.log.note(self._code_of_dead(int(channel), unflagged), sensor=int(channel), value=0.0)
        most = self.limits.dead_share * len(self._ids)
        if len(unflagged) > max(most, 1):
            self.log.note("dead_channels", sensor=int(unflagged[0]), value=len(unflagged), expected=int(most))

    def _code_of_dead(self, channel: int, unflagged: NDArray[np.int32]) -> str:
        """What the server has said itself is nothing to complain of."""
        if channel in unflagged:
            return "dead_channel"
        return "nan_channel" if channel in self.expected.nan else "flagged_channel"

    def _died(self, last_alive: NDArray[np.int64]) -> None:
        silence = self._frames - self._padded_frames - last_alive
        gone = (last_alive > 0) & (silence > self.limits.stuck_channel_frames)
        for place in np.flatnonzero(gone):
            self.log.note("channel_died", sensor=int(self._ids[place]), value=int(silence[place]))


def _moving(seen: Observation, values: NDArray[np.float32]) -> NDArray[np.intp]:
    """The places of the channels that hold something."""
    moving = (seen.sample != 0).max(axis=1)
    still = np.flatnonzero(~moving)
    return (
        np.union1d(np.flatnonzero(moving), still[(values[still] != 0).max(axis=1)])
        if len(still)
        else np.flatnonzero(moving)
    )
