"""The rows of the last while, pooled into lines of equal time; bounded however long one looks."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float64]
MOST_LINES = 600
# Rounded row times may leave one slot out; more than that is a hole.
_SLOTS_OF_A_GAP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The loudest by channel and by frequency in one slot of time; without a slot it is the mark of a gap."""

    slot: int | None
    channels: Levels
    frequencies: Levels


class History:
    """Two pictures of the same rows: by channel and by frequency, each the loudest of the other side, in dB."""

    def __init__(self, seconds_per_line: float) -> None:
        self.seconds_per_line = seconds_per_line
        self._lines: deque[Line] = deque(maxlen=MOST_LINES)

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, told: Levels, begin_ms: int, steady: NDArray[np.bool_] | None = None) -> None:
        """One row in dB [sensor][bin]; rows of a slot share a line. `steady` bins do not make a channel loud."""
        slot = int(begin_ms / (self.seconds_per_line * 1000) + 1e-9)
        moving = told
        if steady is not None and len(steady) == told.shape[1] and not steady.all():
            moving = told[:, ~steady]
        before = self._lines[-1].slot if self._lines else None
        if before is not None and slot - before >= _SLOTS_OF_A_GAP:
            self.gap()
        self._put(Line(slot=slot, channels=moving.max(axis=1), frequencies=told.max(axis=0)))

    def gap(self) -> None:
        """Rows are missing here: a line of nothing but NaN."""
        if self._lines and self._lines[-1].slot is not None:
            last = self._lines[-1]
            empty = (np.full_like(one, np.nan) for one in (last.channels, last.frequencies))
            channels, frequencies = empty
            self._lines.append(Line(slot=None, channels=channels, frequencies=frequencies))

    def _put(self, line: Line) -> None:
        before = self._lines[-1] if self._lines else None
        if before and before.slot == line.slot is not None and before.channels.shape == line.channels.shape:
            self._lines[-1] = Line(
                slot=line.slot,
                channels=np.maximum(before.channels, line.channels),
                frequencies=np.maximum(before.frequencies, line.frequencies),
            )
        else:
            self._lines.append(line)

    def newest(self, count: int, *, channels: bool) -> Levels:
        """[line][channel or bin], the newest first; a gap is a line of NaN."""
        lines = [line.channels if channels else line.frequencies for line in reversed(self._lines)][:count]
        same = [line for line in lines if line.shape == lines[0].shape]
        return np.array(same) if same else np.zeros((0, 0))

    def rescaled(self, seconds_per_line: float) -> None:
        """Another time per line: lines that are there are pooled, or repeated."""
        before, kept = self.seconds_per_line, list(self._lines)
        self.seconds_per_line = seconds_per_line
        self._lines.clear()
        for line in kept:
            if line.slot is None:
                self._lines.append(line)
                continue
            for part in range(max(1, round(before / seconds_per_line))):
                begin = line.slot * before + part * seconds_per_line
                slot = int(begin / seconds_per_line + 1e-6)
                self._put(Line(slot=slot, channels=line.channels, frequencies=line.frequencies))
