"""How far a check is, on a terminal's standard error; nowhere else."""

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from nexy_client.catalogue import Catalogue
from nexy_client.validation.checker.order import Progress

_EVERY_S = 1.0
_BAR = 24
_CLEAR = "\r\x1b[K"


class ProgressBar:
    """One line for all streams, drawn anew at most once a second; `shown` False: nothing at all."""

    def __init__(
        self, out: TextIO, words: Catalogue, clock: Callable[[], float] = time.monotonic, *, shown: bool = True
    ) -> None:
        self._out = out
        self._words = words
        self._clock = clock
        self._streams: dict[int, Progress] = {}
        self._drawn_at = -_EVERY_S
        self._shown = shown and out.isatty()

    def __call__(self, progress: Progress) -> None:
        """One stream went on."""
        self._streams[progress.stream] = progress
        now = self._clock()
        if self._shown and now - self._drawn_at >= _EVERY_S:
            self._drawn_at = now
            self.say(self._line())

    def say(self, text: str) -> None:
        """Replace the line."""
        if self._shown:
            room = max(shutil.get_terminal_size((80, 24)).columns - 1, 20)
            self._out.write(f"{_CLEAR}{text[:room]}")
            self._out.flush()

    def clear(self) -> None:
        """Leave nothing of it."""
        if self._shown:
            self._out.write(_CLEAR)
            self._out.flush()

    def _line(self) -> str:
        told = self._streams.values()
        frames = sum(one.frames for one in told)
        seconds = max(one.seconds for one in told)
        due = sum(one.due or 0 for one in told) if all(one.due for one in told) else 0
        share = min(frames / due, 1.0) if due else 0.0
        filled = round(share * _BAR)
        bar = "█" * filled + "░" * (_BAR - filled) if due else "░" * _BAR
        key = "progress.of" if due else "progress.open"
        line = self._words.text(key, frames=frames, due=due, percent=share * 100, seconds=seconds)
        problems = sum(one.problems for one in told)
        return f"{bar} {line}" + (f" · {self._words.text('progress.problems', count=problems)}" if problems else "")
