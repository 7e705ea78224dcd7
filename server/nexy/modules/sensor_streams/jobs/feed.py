"""One computation and all who watch it."""

import asyncio
from collections.abc import Callable

from nexy.contracts.errors import NexyError
from nexy.modules.sensor_streams.jobs.ring import HeldRow, Ring
from nexy.modules.sensor_streams.producing import Production, Row

# How long a reader waits for another one that does not read on before it goes its own way.
_PATIENCE_SECONDS = 2.0


class HeldUpError(Exception):
    """Another reader of the same computation has not read on for too long; whoever meets this begins one of its own."""


class Cursor:
    """One reader of a feed; `number` is the sequence number of the row that it reads next."""

    def __init__(self, feed: "Feed", number: int) -> None:
        self._feed = feed
        self.number = number
        self._left = False
        self._waiting: asyncio.Future[None] | None = None

    @property
    def left(self) -> bool:
        """Whether it reads no more."""
        return self._left

    async def next(self) -> HeldRow | None:
        """The next row that is still there, None after the last or after `leave`; raises why there are no more.

        Raises `HeldUpError` where a slower reader stands in the way for too long. Safe to cancel: no row is lost.
        """
        while not self._left:
            self.number = max(self.number, self._feed.ring.first)
            held = self._feed.ring.get(self.number)
            if held is not None:
                self.number += 1
                self._feed.trim()
                return held
            if self._feed.problem is not None:
                raise self._feed.problem
            if self._feed.complete:
                return None
            self._waiting = asyncio.get_running_loop().create_future()
            await self._wait(self._waiting)
        return None

    async def _wait(self, waiting: "asyncio.Future[None]") -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS if self._feed.historic else None):
                await waiting
        except TimeoutError:
            if self._feed.held_up:
                raise HeldUpError from None

    def wake(self) -> None:
        """There is something new."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def leave(self) -> None:
        """Read no more; whoever waits in `next` gets None."""
        self._left = True
        self.wake()
        self._feed.detach(self)


class Feed:
    """`Sink` of one computation. Historic: the slowest cursor holds it up, until the others go their own way.

    Live: the oldest rows are dropped.

    It holds at most `capacity` rows. When its last cursor leaves, `released` is called once and the computation stops.
    """

    def __init__(self, *, live: bool, first_row: int, capacity: int, released: Callable[["Feed"], None]) -> None:
        self.first_row = first_row
        self.ring = Ring()
        self.problem: NexyError | None = None
        self.complete = False
        self._live = live
        self._capacity = capacity
        self._released = released
        self._cursors: set[Cursor] = set()
        self._production: Production | None = None
        self._owed = 0

    @property
    def historic(self) -> bool:
        """Whether every reader gets every row."""
        return not self._live

    @property
    def held_up(self) -> bool:
        """Whether no row can come before the slowest reader reads on: all credit is spent on what is held."""
        held = self.ring.next - self.ring.first
        return self.historic and not self.complete and held + self._owed >= self._capacity

    def gives(self, row: int) -> bool:
        """Whether a new reader can have everything from this row of the range on, and now."""
        number = row - self.first_row
        if self.problem is not None or (number == self.ring.next and self.held_up):
            return False
        return self.ring.first <= number <= self.ring.next

    def attach(self, number: int) -> Cursor:
        """A new reader, from this sequence number on."""
        cursor = Cursor(self, number)
        self._cursors.add(cursor)
        return cursor

    def detach(self, cursor: Cursor) -> None:
        """A reader goes; the last one ends everything at once."""
        if cursor not in self._cursors:
            return
        self._cursors.discard(cursor)
        if self._cursors:
            self.trim()
            return
        if self._production is not None:
            self._production.stop()
        self.ring = Ring()
        self._released(self)

    def began(self, production: Production) -> None:
        """The computation runs; it is stopped again where everybody has left meanwhile."""
        self._production = production
        if not self._cursors:
            production.stop()

    def row(self, row: Row) -> None:
        """Take in a row and wake those who wait for it."""
        self.ring.append(row)
        if self._live:
            self.ring.drop_before(self.ring.next - self._capacity)
            self._give_credit(1)
        self._wake()

    def ended(self) -> None:
        """That was the last row."""
        self.complete = True
        self._wake()

    def failed(self, problem: NexyError) -> None:
        """The computation failed; readers meet the error after the rows that are here."""
        self.problem = problem
        self._wake()

    def trim(self) -> None:
        """Let go of what every reader has had, and let as many new rows come."""
        dropped = self.ring.drop_before(min(cursor.number for cursor in self._cursors))
        if dropped and not self._live:
            self._give_credit(dropped)

    def _give_credit(self, rows: int) -> None:
        # In portions: an order for each single row would cost as much as a small row itself.
        self._owed += rows
        if self._production is not None and self._owed >= max(1, self._capacity // 4):
            self._production.more(self._owed)
            self._owed = 0

    def _wake(self) -> None:
        for cursor in self._cursors:
            cursor.wake()
