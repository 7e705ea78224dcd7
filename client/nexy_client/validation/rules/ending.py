"""A range ends when all its rows were given, and says so; a live stream does not end by itself."""

from nexy_client.validation.finding import Severity
from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Rule, Setting


class EndRule(Rule):
    """Counts rows against the range, and looks at the message that ends it."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._frames = self._last_number = 0
        self._ended = False

    def observe(self, seen: Observation) -> None:
        """One frame more."""
        self._frames += 1
        self._last_number = max(self._last_number, seen.number)
        most = self.setting.max_frames
        if most and self._frames > most:
            self.log.note("max_frames_exceeded", frame=seen.number, value=self._frames, expected=most)
        if self._ended:
            self.log.note("frames_after_end", frame=seen.number, value=seen.number)
        if seen.frame.end_of_stream:
            self._ended = True
            self.log.note("end_has_rows", frame=seen.number, value=len(seen.frame.rows), expected=0)

    def finish(self, ending: Ending) -> None:
        """Judge a stream that the server closed; one that broke off is told by its failure."""
        enough = 0 < self.setting.max_frames <= self._frames
        if ending.failed:
            return
        if ending.complete and not enough:
            self._closed(ending)
        self._count(ending, enough=enough)
        if ending.end is not None:
            self._look_at_end_number(ending.end.frame_number)

    def _closed(self, ending: Ending) -> None:
        if self.expected.live:
            # A source that is over says so; a call that just ends does not.
            said = Severity.WARNING if ending.end is not None or self._ended else None
            self.log.note("ended_early", severity=said, value=self._frames, expected=self.setting.max_frames or None)
        elif ending.end is None and not self._ended:
            self.log.note("end_missing", frame=self._last_number or None, value=self._frames)

    def _count(self, ending: Ending, *, enough: bool) -> None:
        rows = self.expected.rows
        if rows is None:
            return
        due = rows - self.setting.first_after
        too_few = ending.complete and not enough and self._frames < due
        if too_few or self._frames > due:
            self.log.note("row_count", value=self._frames, expected=due)

    def _look_at_end_number(self, number: int) -> None:
        """Ours carries the number of the last frame; a server may leave it out or count it as one more."""
        if self.expected.live or number in (0, self._last_number, self._last_number + 1):
            return
        self.log.note("end_number", frame=number, value=number, expected=self._last_number)
