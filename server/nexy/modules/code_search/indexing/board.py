"""What a run is at: told to whoever asked for it, and to the database by its next sign of life."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from nexy.contracts.clock import Clock
from nexy.contracts.code_search import IndexProgress, IndexStage


class Board:
    """The newest progress of each stage, and how long each took; a slow reader misses steps, never a stage."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._seconds: dict[str, float] = {}
        self._untold: dict[IndexStage, IndexProgress] = {}
        self._changed = asyncio.Event()
        self.now = IndexProgress(stage=IndexStage.FETCH)

    @property
    def seconds(self) -> Mapping[str, float]:
        """How long each stage took so far."""
        self._count()
        return dict(self._seconds)

    def at(self, stage: IndexStage, done: int = 0, total: int = 0) -> None:
        """The run has come this far."""
        self._count()
        self.now = IndexProgress(stage=stage, done=done, total=total)
        self._untold[stage] = self.now
        self._changed.set()

    def _count(self) -> None:
        moment = self._clock.monotonic()
        stage = self.now.stage.value
        self._seconds[stage] = self._seconds.get(stage, 0.0) + moment - self._since
        self._since = moment

    async def until(self, work: "asyncio.Task[Any]") -> AsyncGenerator[IndexProgress, None]:
        """Everything new, until the work has ended."""
        work.add_done_callback(lambda _: self._changed.set())
        while True:
            await self._changed.wait()
            self._changed.clear()
            untold, self._untold = self._untold, {}
            for progress in untold.values():
                yield progress
            if work.done():
                return
