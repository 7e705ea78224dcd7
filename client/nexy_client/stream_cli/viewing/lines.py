"""What `view` says where it cannot draw, or is not to: one line for each second of rows."""

from typing import TextIO

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.viewing.describing import frequency
from nexy_client.stream_cli.viewing.peak import Peak

_MS = 1000
_WIDTHS = (12, 8, 9, 10, 9, 12, 9)
_HEADS = ("time", "frames", "channel", "hertz", "level", "highest", "lost")


class Speaker:
    """Collects rows until a second is full, then writes it: a sentence, or figures in columns."""

    def __init__(self, out: TextIO, words: Catalogue, *, sentences: bool) -> None:
        self._out = out
        self._words = words
        self._sentences = sentences
        self._begin_ms: int | None = None
        self._second = 0
        self._row_ms = -1
        self._rows = self._lost = 0
        self._highest = 0.0
        self._peak: Peak | None = None

    def head(self) -> None:
        """The names of the columns."""
        if not self._sentences:
            self._row([self._words.text(f"view.head_{name}") for name in _HEADS])

    def add(self, peak: Peak, begin_ms: int, highest: float, lost: int) -> None:
        """One row of one stream; `lost` are the rows that are missing before it."""
        if self._begin_ms is None:
            self._begin_ms = begin_ms
        # Of several streams one may be a little behind; time does not run backwards for that.
        second = max((begin_ms - self._begin_ms) // _MS, self._second)
        if second > self._second and self._peak is not None:
            self.finish()
        self._second = second
        self._rows += begin_ms > self._row_ms
        self._row_ms = max(begin_ms, self._row_ms)
        self._lost += lost
        self._highest = highest if self._peak is None else max(self._highest, highest)
        if self._peak is None or (self._peak.steady, -self._peak.level) > (peak.steady, -peak.level):
            self._peak = peak

    def finish(self) -> None:
        """Write the second that was begun."""
        if self._peak is not None:
            (self._sentence if self._sentences else self._figures)(self._peak)
            self._out.flush()
        self._peak = None
        self._rows = self._lost = 0

    def _sentence(self, peak: Peak) -> None:
        words, second = self._words, self._second + 1
        if peak.silent:
            told = words.text("view.line_silent", second=second)
        else:
            where = frequency(peak, words, spoken=True)
            told = words.text("view.line", second=second, channel=peak.channel, where=where, level=peak.level)
        if self._lost:
            told = words.text("view.line_lost", sentence=told, lost=self._lost)
        self._out.write(told + "\n")

    def _figures(self, peak: Peak) -> None:
        self._row(
            [
                str(self._second + 1),
                str(self._rows),
                str(peak.channel),
                f"{peak.hertz:.4g}",
                f"{peak.level:.1f}",
                f"{self._highest:.4g}",
                str(self._lost),
            ]
        )

    def _row(self, cells: list[str]) -> None:
        self._out.write("".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True)) + "\n")
