"""A few threads for work that would keep the event loop, with a short queue in front of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from nexy.contracts.errors import Unavailable

T = TypeVar("T")


class SpareThreads:
    """Runs at most `threads` pieces of work at once and lets at most `waiting` callers wait for their turn.

    A caller that is cancelled while it waits gives its place up; one whose work has begun keeps it until the work is
    done, since a thread cannot be stopped.
    """

    def __init__(self, name: str, *, threads: int, waiting: int, retry_seconds: float) -> None:
        self._name = name
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"nexy-{name}")
        self._most = threads + waiting
        self._retry_seconds = retry_seconds
        self._turn = asyncio.Semaphore(threads)
        self._inside = 0
        self._running: set[asyncio.Future[Any]] = set()
        self._closed = asyncio.Event()

    @property
    def inside(self) -> int:
        """How many callers work or wait."""
        return self._inside

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives; raises `Unavailable` (`{name}_busy`) at once where too many wait already, and when it is
        closed meanwhile.
        """
        if self._closed.is_set() or self._inside >= self._most:
            raise self._refusal()
        self._inside += 1
        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            self._inside -= 1
            raise
        if self._closed.is_set():
            self._give_back()
            raise self._refusal()
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        self._running.add(future)
        future.add_done_callback(self._settle)
        return await asyncio.shield(future)

    def _refusal(self) -> Unavailable:
        return Unavailable(
            "Too much is waiting for a thread.", code=f"{self._name}_busy", retry_after_seconds=self._retry_seconds
        )

    def _settle(self, future: "asyncio.Future[T]") -> None:
        self._running.discard(future)
        self._give_back()
        if not future.cancelled():
            # Nobody may be left to ask for it.
            future.exception()

    def _give_back(self) -> None:
        self._inside -= 1
        self._turn.release()

    async def close(self) -> None:
        """Let what runs come to its end, refuse who waits, and take nothing more."""
        self._closed.set()
        self._pool.shutdown(wait=False)
        if self._running:
            await asyncio.wait(tuple(self._running))
