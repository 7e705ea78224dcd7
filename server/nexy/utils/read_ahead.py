"""Work that runs ahead of its reader, within bounds.

A pipeline is nested asynchronous generators; putting `read_ahead` between two of them lets the upper one
run while the lower one is busy, without ever holding more than its budget.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Generic, TypeVar

from nexy.utils.supervisor import owned_task

T = TypeVar("T")


class Ahead(Generic[T]):
    """What is ready so far; one task fills it, one reader takes from it."""

    def __init__(self, weight: Callable[[T], float]) -> None:
        self._weight = weight
        self._ready: deque[T] = deque()
        self._held = 0.0
        self._ended = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def fill(self, source: AsyncGenerator[T, None]) -> None:
        """Take everything from `source`, waiting whenever the budget is used up."""
        try:
            async with aclosing(source):
                async for item in source:
                    self._held += self._weight(item)
                    self._ready.append(item)
                    _wake(self._reader)
                    while self._held >= 1.0 and self._ready:
                        self._writer = asyncio.get_running_loop().create_future()
                        await self._writer
        finally:
            self._ended = True
            _wake(self._reader)

    def attach(self, task: "asyncio.Task[None]") -> None:
        """Name the task that fills, so that the reader meets its failure."""
        self._task = task

    async def ready(self) -> bool:
        """Wait until an item can be taken; false when the source has ended. Raises the source's failure.

        Safe to cancel: nothing is lost, the next call goes on waiting.
        """
        while not self._ready:
            if self._ended:
                if self._task is not None:
                    await self._task
                return False
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return True

    def take(self) -> T:
        """The next ready item; only after `ready` said true."""
        item = self._ready.popleft()
        self._held -= self._weight(item)
        if self._held < 1.0 or not self._ready:
            _wake(self._writer)
        return item

    async def __aiter__(self) -> AsyncIterator[T]:
        while await self.ready():
            yield self.take()


def _wake(future: "asyncio.Future[None] | None") -> None:
    if future is not None and not future.done():
        future.set_result(None)


@asynccontextmanager
async def read_ahead(
    source: AsyncGenerator[T, None], *, weight: Callable[[T], float]
) -> AsyncGenerator[Ahead[T], None]:
    """Run `source` in a task of its own, ahead of the reader.

    `weight(item)` is the item's share of what may be held unread: at 1.0 in all the source waits.
    On leaving the block the task is cancelled and awaited and the source closed, whatever happened.
    """
    ahead: Ahead[T] = Ahead(weight)
    async with owned_task(ahead.fill(source)) as task:
        ahead.attach(task)
        yield ahead
