"""The memories of the devices that spoke last, so that a turn need not ask the database."""

import asyncio
from collections import OrderedDict

from nexy.contracts.memory import MemoryContext
from nexy.utils.home_mark import HomeMark


class MemoryCache:
    """At most `size` memories, each for `seconds`; a change of the mark by another process empties it."""

    def __init__(self, size: int, seconds: float, mark: HomeMark | None = None) -> None:
        self._size = size
        self._seconds = seconds
        self._mark = mark
        self._marked = mark.read() if mark else 0
        self._lock = asyncio.Lock()
        self._kept: OrderedDict[str, tuple[float, MemoryContext]] = OrderedDict()

    async def get(self, hardware_id: str) -> MemoryContext | None:
        """The memory, unless it is missing, too old or changed elsewhere."""
        async with self._lock:
            self._follow_mark()
            ends, memory = self._kept.get(hardware_id, (0.0, None))
            if memory is None or ends <= _now():
                self._kept.pop(hardware_id, None)
                return None
            self._kept.move_to_end(hardware_id)
            return memory

    async def put(self, hardware_id: str, memory: MemoryContext) -> None:
        """Keep it; the one that was not asked for longest makes room."""
        async with self._lock:
            self._kept[hardware_id] = (_now() + self._seconds, memory)
            self._kept.move_to_end(hardware_id)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    async def remove(self, hardware_id: str) -> None:
        """What is kept of this device no longer holds."""
        async with self._lock:
            self._kept.pop(hardware_id, None)

    def _follow_mark(self) -> None:
        marked = self._mark.read() if self._mark else 0
        if marked != self._marked:
            self._marked = marked
            self._kept.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
