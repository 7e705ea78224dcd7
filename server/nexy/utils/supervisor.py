"""Background work that belongs to somebody."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")
_log = logging.getLogger("nexy.supervisor")


class TaskSupervisor:
    """Owns tasks for as long as a component lives: none outlives `cleanup`, a failure is logged, never lost.

    A TaskGroup would end the whole group with the first failure; a server must go on.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Run `work` until it ends, fails or the owner cleans up."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._settle)
        return task

    def _settle(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        failure = task.exception()
        if failure is not None:
            context = {"decision": "error", "ctx": {"owner": self._name, "error": type(failure).__name__}}
            _log.error("background task failed", extra=context, exc_info=failure)

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        return len(self._tasks)

    async def finish(self, seconds: float) -> None:
        """Let what runs come to its end within this time; what does not is left for `cleanup`."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)

    async def cleanup(self) -> None:
        """Cancel whatever still runs and wait until it is gone."""
        while self._tasks:
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


@asynccontextmanager
async def owned_task(work: Coroutine[Any, Any, T]) -> "AsyncGenerator[asyncio.Task[T], None]":
    """Run `work` beside the block; leaving the block cancels it and waits until it is gone.

    Unlike a TaskGroup this stands inside asynchronous generators: it neither wraps the block's own failure
    nor turns `GeneratorExit` into a group. Its failure is raised by awaiting the task.
    """
    task = asyncio.get_running_loop().create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await _gone(task)
        if not task.cancelled():
            task.exception()


async def _gone(task: "asyncio.Task[Any]") -> None:
    """Wait until the task has ended; a cancellation meanwhile does not cut the wait short, it comes after it."""
    late: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as cancelled:
            late = cancelled
    if late is not None:
        raise late
