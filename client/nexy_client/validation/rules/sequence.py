"""Frame numbers grow by one; what is missing is owned up to in dropped_frames."""

from collections.abc import Sequence

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Figure, Rule, Setting


class SequenceRule(Rule):
    """Tells loss that is explained (a live viewer was too slow) from loss that is not, repeats, order and restarts."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._first = self._last = 0
        self._received = self._missing = 0
        # Since the last reconnection; both count from what the first frame after it said.
        self._unexplained_told = self._gap_here = 0
        self._drops = self._drops_at_first = 0
        self._retries = 0

    def observe(self, seen: Observation) -> None:
        """Compare the number and the count of drops with those of the frame before."""
        self._received += 1
        if self._received == 1:
            self._begin_with(seen)
            return
        step = seen.number - self._last
        if step == 0:
            self.log.note("frame_repeated", frame=seen.number, value=seen.number, expected=self._last + 1)
        elif step < 0:
            self._went_back(seen)
        else:
            self._last = seen.number
            self._missing += step - 1
            self._gap_here += step - 1
        self._look_at_drops(seen, max(step - 1, 0))

    def _begin_with(self, seen: Observation) -> None:
        self._first = self._last = seen.number
        self._drops = self._drops_at_first = seen.frame.dropped_frames
        due = self.setting.first_after + 1
        if seen.number < 1 or (self.expected.live is False and seen.number != due):
            self.log.note("first_frame_number", frame=seen.number, value=seen.number, expected=due)
        if self.expected.live is False and self._drops:
            self.log.note("drop_count", frame=seen.number, value=self._drops, expected=0)

    def _went_back(self, seen: Observation) -> None:
        if seen.number in (1, self._first):
            self.log.note("stream_restarted", frame=seen.number, value=seen.number, expected=self._last + 1)
            self._last = seen.number
        else:
            self.log.note("frame_order", frame=seen.number, value=seen.number, expected=self._last + 1)

    def _look_at_drops(self, seen: Observation, missing: int) -> None:
        drops = seen.frame.dropped_frames
        if drops < self._drops:
            if self._was_reconnected(seen, missing):
                return
            self.log.note("drop_count", frame=seen.number, value=drops, expected=self._drops)
        elif drops > self._drops and self.expected.live is False:
            self.log.note("drop_count", frame=seen.number, value=drops, expected=0)
        self._drops = drops
        if missing:
            self._look_at_loss(seen, missing)

    def _look_at_loss(self, seen: Observation, missing: int) -> None:
        explained = 0 if self.expected.live is False else self._drops - self._drops_at_first
        unexplained = self._gap_here - explained
        if unexplained <= self._unexplained_told:
            self.log.note("frames_dropped", frame=seen.number, value=missing, times=missing)
            return
        if self._was_reconnected(seen, missing):
            return
        new = unexplained - self._unexplained_told
        self.log.note("frames_lost", frame=seen.number, value=new, expected=self._last - missing - 1, times=new)
        self._unexplained_told = unexplained

    def _was_reconnected(self, seen: Observation, missing: int) -> bool:
        """Whether the stream was asked for anew in between: what a live source gave meanwhile nobody could send."""
        retries = self.setting.retries()
        if retries == self._retries or self.expected.live is False:
            return False
        self._retries = retries
        self.log.note("reconnected", frame=seen.number, value=missing)
        self._drops = self._drops_at_first = seen.frame.dropped_frames
        self._gap_here = self._unexplained_told = 0
        return True

    def finish(self, ending: Ending) -> None:
        """What was sent twice, and a count of drops that says more than is missing."""
        if repeats := self.setting.repeats():
            self.log.note("resume_ignored", value=repeats, expected=0)
        last = ending.end.dropped_frames if ending.end else self._drops
        claimed = max(last, self._drops) - self._drops_at_first
        at_the_end = max(ending.end.frame_number - self._last, 0) if ending.end else 0
        if self.expected.live is not False and claimed > self._gap_here + at_the_end:
            self.log.note("drop_count", frame=self._last, value=claimed, expected=self._gap_here)
        if self._unexplained_told and self._availability() < self.limits.availability_percent:
            self.log.note(
                "percent_availability", value=round(self._availability(), 3), expected=self.limits.availability_percent
            )

    def _availability(self) -> float:
        due = self._received + self._missing
        return 100.0 * self._received / due if due else 0.0

    def figures(self) -> Sequence[Figure]:
        """How complete the stream was."""
        return (
            Figure(name="percent_availability", value=self._availability(), unit="%"),
            Figure(name="frames_missing", value=self._missing),
            Figure(name="frames_dropped", value=self._drops - self._drops_at_first),
        )
