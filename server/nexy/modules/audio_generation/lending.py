"""A few things that many want: lent in the order of asking."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

from nexy.contracts.errors import Unavailable

T = TypeVar("T")


class Lender(Generic[T]):
    """Lends each item to one borrower at a time; whoever waits longest comes first, and nobody pushes in."""

    def __init__(self) -> None:
        self._idle: deque[T] = deque()
        self._waiting: deque[asyncio.Future[T]] = deque()
        self._refusal = ""

    def give(self, item: T) -> None:
        """Bring an item, new or returned; it ends a refusal."""
        self._refusal = ""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(item)
                return
        self._idle.append(item)

    @property
    def waiting(self) -> int:
        """How many want an item and have none."""
        return len(self._waiting)

    def withdraw(self, item: T) -> None:
        """Lend this item no more; one that is out is its borrower's business."""
        if item in self._idle:
            self._idle.remove(item)

    def refuse(self, reason: str) -> None:
        """Until the next `give`, let everyone who finds nothing go at once, and everyone who waits now."""
        self._refusal = reason
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(Unavailable(reason))

    async def borrow(self, timeout_seconds: float) -> T:
        """The next item; raises `Unavailable` when none comes in time or lending is refused."""
        if self._idle:
            # The one that came back last has its voice loaded and its memory warm.
            return self._idle.pop()
        if self._refusal:
            raise Unavailable(self._refusal)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            async with asyncio.timeout(timeout_seconds):
                return await asyncio.shield(future)
        except TimeoutError as late:
            self._forget(future)
            raise Unavailable("every speech worker is busy", code="speech_busy") from late
        except asyncio.CancelledError:
            self._forget(future)
            raise

    def _forget(self, future: "asyncio.Future[T]") -> None:
        if future in self._waiting:
            self._waiting.remove(future)
        # An item that arrived together with the cancellation goes to the next one.
        if not future.cancel() and future.exception() is None:
            self.give(future.result())
