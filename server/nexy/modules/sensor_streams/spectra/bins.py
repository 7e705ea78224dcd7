"""Which frequency bins a job shows, and how many of the transform's go into each."""

import itertools
import math
from dataclasses import dataclass

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayBins:
    """The bins `first`..`last` of a transform, in `count` groups of neighbours as equal as they can be."""

    first: int
    last: int
    count: int

    @property
    def members(self) -> int:
        """How many bins of the transform are shown."""
        return self.last - self.first + 1

    @property
    def starts(self) -> tuple[int, ...]:
        """Where each group begins, counted from `first`; the next group's start ends it."""
        return tuple(group * self.members // self.count for group in range(self.count))

    def centres_hz(self, step_hz: float) -> tuple[float, ...]:
        """The middle between each group's lowest and highest member, so always inside the range and ascending."""
        starts = (*self.starts, self.members)
        return tuple((2 * self.first + low + high - 1) / 2 * step_hz for low, high in itertools.pairwise(starts))


def display_bins(nfft: int, step_hz: float, lowest_hz: float, highest_hz: float, height: int) -> DisplayBins | None:
    """The bins of `step_hz` times 0..nfft/2 that lie in the range, at most `height` groups; None where none does."""
    first = max(0, math.ceil(lowest_hz / step_hz - _ROUNDING))
    last = min(nfft // 2, math.floor(highest_hz / step_hz + _ROUNDING))
    if last < first:
        return None
    return DisplayBins(first=first, last=last, count=min(height, last - first + 1))
