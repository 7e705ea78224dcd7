"""A stream does not stand still."""

from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Rule, Setting
from nexy_client.validation.thresholds import Thresholds

_ROWS = 10
_PIECES = 2


def longest_pause_s(limits: Thresholds, row_s: float, piece_s: float = 0.0) -> float:
    """What is no stall yet: few rows a second have longer pauses, and so has a source that delivers in pieces."""
    return max(limits.stall_s, _ROWS * row_s, _PIECES * piece_s)


class StallRule(Rule):
    """A pause between two frames that is too long, at the end of what was seen too; a reconnection is none."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._last_s: float | None = None
        self._last_number = 0
        self._retries = 0
        self._most_s = longest_pause_s(self.limits, self.expected.row_ms / 1000, self.expected.piece_s)

    def observe(self, seen: Observation) -> None:
        """The time since the frame before."""
        last, self._last_s = self._last_s, seen.moment.steady_s
        if last is not None and seen.moment.steady_s - last > self._most_s and not self._was_reconnected():
            self._note(seen.number, seen.moment.steady_s - last)
        self._last_number = seen.number

    def _was_reconnected(self) -> bool:
        before, self._retries = self._retries, self.setting.retries()
        return self._retries > before

    def _note(self, frame: int, pause: float) -> None:
        self.log.note("stall", frame=frame, value=round(pause, 3), expected=self._most_s)

    def finish(self, ending: Ending) -> None:
        """A stream that we left while nothing came; one that failed is told by its failure."""
        if self._last_s is None or ending.failed or ending.complete:
            return
        pause = ending.ended.steady_s - self._last_s
        if pause > self._most_s:
            self._note(self._last_number, pause)
