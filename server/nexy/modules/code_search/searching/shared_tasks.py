"""Work that several callers wait for and that is done once."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from nexy.utils.supervisor import TaskSupervisor

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class SharedTasks(Generic[K, T]):
    """One task for each key; a caller that is cancelled leaves it going for the others.

    Wait for one with `asyncio.wait`: awaiting it would take it along with a cancelled caller.
    """

    def __init__(self, supervisor: TaskSupervisor) -> None:
        self._supervisor = supervisor
        self._tasks: dict[K, asyncio.Task[T]] = {}

    def under_way(self, key: K) -> "asyncio.Task[T] | None":
        """The task that does this already."""
        return self._tasks.get(key)

    def of(self, key: K, work: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Task[T]":
        """The task that does this already, or a new one."""
        if key not in self._tasks:
            task = self._tasks[key] = self._supervisor.spawn(work())
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return self._tasks[key]
