"""Computations that a test plays by hand."""

import asyncio
from dataclasses import dataclass, field

from nexy.contracts.errors import NexyError
from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.producing import Row, Sink
from nexy.modules.sensor_streams.workers.wire import Begin, Look, Seen
from support.fake_fibre import facts


@dataclass(eq=False)
class PlayedProduction:
    """One computation: gives rows while it has credit, as a worker would."""

    begin: Begin
    sink: Sink
    credit: int
    stopped: bool = False
    given: int = 0

    def more(self, rows: int) -> None:
        """Credit."""
        self.credit += rows

    def stop(self) -> None:
        """Nobody wants more."""
        self.stopped = True

    def play(self, rows: int, skip: int = 0) -> int:
        """Give as many of so many rows as there is credit for; `skip` leaves out some before. How many were given."""
        feed, before = self.begin.feed, self.given
        step = round(feed.hop * 1e6)
        base = feed.start_ns if feed.start_ns is not None else self.begin.from_ns or 10**18
        self.given += skip
        for _ in range(min(rows, self.credit)):
            number = self.begin.first_row + self.given
            data = number.to_bytes(4, "little") * (feed.row_bytes // 4)
            self.sink.row(
                Row(
                    start_ns=base + number * step,
                    end_ns=base + (number + 1) * step,
                    intensities=data,
                    highest=float(number),
                    lowest=0.0,
                )
            )
            self.given += 1
            self.credit -= 1
        return self.given - skip - before


@dataclass
class PlayedProducers:
    """`Producers` for tests; `problem` is raised by `begin`, `refusal` by `look`."""

    source: SourceFacts = field(default_factory=facts)
    available: int = 10_000
    held: bool = True
    problem: NexyError | None = None
    refusal: NexyError | None = None
    begun: list[PlayedProduction] = field(default_factory=list)
    looked: list[Look] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def look(self, look: Look) -> Seen:
        """What the test says."""
        self.looked.append(look)
        if self.refusal is not None:
            raise self.refusal
        return Seen(facts=self.source, available=self.available, held=self.held)

    async def begin(self, begin: Begin, sink: Sink) -> PlayedProduction:
        """A computation to play; waits for the gate where there is one."""
        if self.gate is not None:
            await self.gate.wait()
        if self.problem is not None:
            raise self.problem
        self.begun.append(PlayedProduction(begin, sink, begin.credit))
        return self.begun[-1]
