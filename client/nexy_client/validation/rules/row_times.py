"""Rows follow each other in time without gaps, at the pace of lines_dt."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Figure, Rule, Setting

# Epoch seconds from 1973 to 2286; read as milliseconds they would lie in the first months of 1970.
_SECONDS_LIKE = (1e8, 1e10)
_FINER_UNITS = (1e3, 1e6)
_SHORT_ROW_MS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    """A row from which the times of later rows are counted."""

    number: int
    start_ms: int


class RowTimesRule(Rule):
    """Each row lasts lines_dt, begins where the one before ended, and no error adds up."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._before: tuple[int, int, int] | None = None
        self._anchor: _Anchor | None = None
        # By how much the rows since the anchor were longer than lines_dt, all together.
        self._longer_ms = 0.0
        # A row that is so nearly right is in no other unit.
        self._surely_ms = min(self.limits.row_ms, 0.5 * self.expected.row_ms)
        self._gaps = self._overlaps = 0
        self._max_gap_ms = self._max_overlap_ms = 0.0

    def observe(self, seen: Observation) -> None:
        """One row: its length, its neighbour, its place in the whole."""
        row, expected = seen.row, self.expected
        if row is None or not expected.row_ms:
            return
        start, end = row.startTimestamp, row.endTimestamp
        off = abs(end - start - expected.row_ms)
        if off > self._surely_ms and self._in_other_unit(start, end):
            self.log.note("time_unit", frame=seen.number, value=start, expected=round(expected.row_ms, 3))
            self._before = self._anchor = None
            return
        if end <= start or start < 0 or (start == 0 and expected.start_ms != 0):
            self.log.note("row_time_order", frame=seen.number, value=start, expected=end)
        elif off > self.limits.row_ms:
            self.log.note("row_duration", frame=seen.number, value=end - start, expected=round(expected.row_ms, 3))
        self._look_at_range(seen, start, end)
        self._follow(seen, start, end)

    def _in_other_unit(self, start: int, end: int) -> bool:
        length, row_ms = end - start, self.expected.row_ms
        if length <= 1 and row_ms > _SHORT_ROW_MS:
            return _SECONDS_LIKE[0] < start < _SECONDS_LIKE[1]
        return any(abs(length / unit - row_ms) < 0.1 * row_ms for unit in _FINER_UNITS)

    def _look_at_range(self, seen: Observation, start: int, end: int) -> None:
        slack = self.expected.row_ms + self.limits.row_ms
        first, last = self.expected.start_ms, self.expected.end_ms
        if first is not None and start < first - slack:
            self.log.note("row_outside_range", frame=seen.number, value=start, expected=int(first))
        elif last is not None and end > last + slack:
            self.log.note("row_outside_range", frame=seen.number, value=end, expected=int(last))

    def _follow(self, seen: Observation, start: int, end: int) -> None:
        before, self._before = self._before, (seen.number, start, end)
        if before is None or seen.number <= before[0]:
            self._anchor_at(seen, start, end)
            return
        steps = seen.number - before[0]
        off = start - before[2] - (steps - 1) * self.expected.row_ms
        allowed = self.limits.row_ms * min(steps, 2) + self.limits.drift_ppm * 1e-6 * steps * self.expected.row_ms
        if abs(off) <= allowed:
            self._look_at_drift(seen, start, end)
            return
        self._anchor_at(seen, start, end)
        if off > 0:
            self._gaps += 1
            self._max_gap_ms = max(self._max_gap_ms, off)
            self.log.note("num_gaps", frame=seen.number, value=round(off, 3), expected=0)
        else:
            self._overlaps += 1
            self._max_overlap_ms = max(self._max_overlap_ms, -off)
            self.log.note("num_overlaps", frame=seen.number, value=round(-off, 3), expected=0)

    def _anchor_at(self, seen: Observation, start: int, end: int) -> None:
        self._anchor = _Anchor(number=seen.number, start_ms=start)
        self._longer_ms = end - start - self.expected.row_ms

    def _look_at_drift(self, seen: Observation, start: int, end: int) -> None:
        anchor = self._anchor
        if anchor is None:
            return
        rows, row_ms = seen.number - anchor.number, self.expected.row_ms
        off = start - anchor.start_ms - rows * row_ms
        if abs(off) <= 2 * self.limits.row_ms + self.limits.drift_ppm * 1e-6 * rows * row_ms:
            self._longer_ms += end - start - row_ms
            return
        # Rows that abut and are all a little too long say another lines_dt; rows of the right length slip.
        if abs(off - self._longer_ms) < abs(off) / 2:
            self.log.note("row_duration", frame=seen.number, value=row_ms + off / rows, expected=row_ms)
        else:
            self.log.note(
                "timing_quality", frame=seen.number, value=(row_ms + off / rows) / 1000, expected=row_ms / 1000
            )
        self._anchor_at(seen, start, end)

    def figures(self) -> Sequence[Figure]:
        """Gaps and overlaps, the longest in seconds as MUSTANG counts them."""
        return (
            Figure(name="num_gaps", value=self._gaps),
            Figure(name="max_gap", value=self._max_gap_ms / 1000, unit="s"),
            Figure(name="num_overlaps", value=self._overlaps),
            Figure(name="max_overlap", value=self._max_overlap_ms / 1000, unit="s"),
        )
