"""One thread that turns a source into rows."""

import time
from collections.abc import Iterator
from threading import Thread

import numpy as np

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.spectra.rows import RowGrid
from nexy.modules.sensor_streams.spectra.stft import Spectrometer
from nexy.modules.sensor_streams.workers.credit import Credit
from nexy.modules.sensor_streams.workers.outlet import Outlet
from nexy.modules.sensor_streams.workers.pace import Pace
from nexy.modules.sensor_streams.workers.shelf import SharedSource, Shelf
from nexy.modules.sensor_streams.workers.sliding import SlidingSamples
from nexy.modules.sensor_streams.workers.wire import Begin, Look, ReplyKind, Seen

_SHORTEST_PAUSE_SECONDS = 0.002
_LONGEST_PAUSE_SECONDS = 0.1
# Whoever comes back to a live stream after longer than this is shown what is now.
_LONGEST_CATCH_UP_SECONDS = 10.0


class Question(Thread):
    """Opens a source and tells of it. An exception ends the thread; the process's hook tells the server."""

    def __init__(self, number: int, look: Look, shelf: Shelf, outlet: Outlet) -> None:
        super().__init__(daemon=True)
        self.number = number
        self._look = look
        self._shelf = shelf
        self._outlet = outlet

    def run(self) -> None:
        """Answer with SEEN."""
        with self._shelf.lent(self._look.spec) as source:
            facts, available = source.facts, source.available()
            seen = Seen(facts=facts, available=available, held=self._holds(source))
        self._outlet.say(ReplyKind.SEEN, self.number, seen)

    def _holds(self, source: SharedSource) -> bool:
        facts = source.facts
        if self._look.from_ns is None or not facts.live:
            return True
        sample = round((self._look.from_ns - facts.start_ns) * facts.sample_rate_hz / 1e9)
        try:
            source.read(sample, 1, self._look.first_channel, 1)
        except ValidationFailed:
            return False
        return True


class Computation(Thread):
    """Computes rows while there is credit; says ENDED after the last one, or when it was stopped."""

    def __init__(self, number: int, begin: Begin, shelf: Shelf, outlet: Outlet) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.credit = Credit(begin.credit)
        self._begin = begin
        self._feed = begin.feed
        self._shelf = shelf
        self._outlet = outlet

    def run(self) -> None:
        """Send the rows. An exception ends the thread; the process's hook tells the server."""
        feed = self._feed
        with self._shelf.lent(self._begin.spec) as source:
            spectrometer = Spectrometer(feed.nfft, feed.bins)
            row = np.empty((feed.channels, feed.bins.count), np.float32)
            rows = self._live(source) if feed.live else self._historic(source)
            for start_ns, end_ns, samples in rows:
                highest, lowest = spectrometer.row(samples, row)
                self._outlet.row(self.number, start_ns, end_ns, highest, lowest, row)
        self._outlet.say(ReplyKind.ENDED, self.number)

    def _sliding(self, source: SharedSource) -> SlidingSamples:
        feed = self._feed

        def read(first_sample: int, samples: int) -> Samples:
            return source.read(first_sample, samples, feed.first_channel, feed.channels)

        return SlidingSamples(read, feed.channels, feed.nfft, feed.block_samples)

    def _historic(self, source: SharedSource) -> Iterator[tuple[int, int, Samples]]:
        feed, facts = self._feed, source.facts
        assert feed.start_ns is not None
        assert feed.samples is not None
        assert feed.rows is not None
        first = round((feed.start_ns - facts.start_ns) * facts.sample_rate_hz / 1e9)
        grid, sliding = feed.grid(first), self._sliding(source)
        for row in range(self._begin.first_row, feed.rows):
            if not self.credit.take():
                return
            yield *_times(grid, row, source), sliding.window(grid.window_start(row), first + feed.samples)

    def _live(self, source: SharedSource) -> Iterator[tuple[int, int, Samples]]:
        grid, sliding = self._feed.grid(0), self._sliding(source)
        pace = Pace(source.facts.sample_rate_hz, time.monotonic)
        row = self._first_live_row(grid, source)
        while self.credit.take() and self._wait_for(grid, row, source):
            available = source.available()
            # The gap in the times tells the viewers how much was lost.
            if pace.too_late(grid.window_start(row) + self._feed.nfft, available):
                row = grid.newest_row(available)
            try:
                samples = sliding.window(grid.window_start(row), available)
            except ValidationFailed:
                # The source has forgotten it meanwhile.
                row = grid.newest_row(available)
                samples = sliding.window(grid.window_start(row), available)
            yield *_times(grid, row, source), samples
            row += 1

    def _first_live_row(self, grid: RowGrid, source: SharedSource) -> int:
        newest = grid.newest_row(source.available())
        if self._begin.from_ns is None:
            return newest
        facts = source.facts
        wanted = grid.row_at((self._begin.from_ns - facts.start_ns) * facts.sample_rate_hz / 1e9)
        longest = round(_LONGEST_CATCH_UP_SECONDS * facts.sample_rate_hz / self._feed.hop)
        return min(max(wanted, newest - longest, grid.first_centred_row), newest)

    def _wait_for(self, grid: RowGrid, row: int, source: SharedSource) -> bool:
        """Wait until the row's window is there; false when nobody wants it any more, or it will never be."""
        needed = grid.window_start(row) + self._feed.nfft
        while (missing := needed - source.available()) > 0:
            facts = source.facts
            if facts.samples is not None and needed > facts.samples:
                return False
            seconds = missing / facts.sample_rate_hz
            if not self.credit.pause(min(max(seconds, _SHORTEST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)):
                return False
        return True


def _times(grid: RowGrid, row: int, source: SharedSource) -> tuple[int, int]:
    facts = source.facts
    return tuple(grid.row_ns(each, facts.sample_rate_hz, facts.start_ns) for each in (row, row + 1))  # type: ignore[return-value]
