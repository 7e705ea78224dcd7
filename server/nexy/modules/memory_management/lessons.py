"""What turns taught, written together: whoever comes while the database is busy shares the next transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.errors import NexyError
from nexy.contracts.memory import LearnFromTurn, Learnt
from nexy.modules.memory_management.facts import FactOp
from nexy.utils.supervisor import TaskSupervisor


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """An analysed turn on its way into the memory; `still_holds` says whether nothing was forgotten meanwhile."""

    turn: LearnFromTurn
    ops: Sequence[FactOp]
    still_holds: Callable[[], bool] = lambda: True
    done: "asyncio.Future[Learnt]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def wanted(self) -> bool:
        """Whether it may be written: whoever waited for it may have gone."""
        return not self.done.done() and self.still_holds()


WriteLessons = Callable[[Sequence[Lesson]], Awaitable[Sequence[Learnt]]]


class LessonWriter:
    """One transaction at a time, a pause between them; `round` is held while one runs, so that nothing slips in."""

    def __init__(self, write: WriteLessons, config: MemoryConfig) -> None:
        self._write = write
        self._config = config
        self._supervisor = TaskSupervisor("memory lessons")
        self._pile: list[Lesson] = []
        self._working: asyncio.Task[None] | None = None
        self._next_at = 0.0
        self.round = asyncio.Lock()

    async def learn(self, lesson: Lesson) -> Learnt:
        """Return when the lesson is written; a caller that is cancelled takes an unwritten one back."""
        self._pile.append(lesson)
        if self._working is None:
            self._working = self._supervisor.spawn(self._work_off())
        return await lesson.done

    async def _work_off(self) -> None:
        try:
            while self._pile:
                await asyncio.sleep(max(0.0, self._next_at - _now()))
                self._next_at = _now() + self._config.learn_pause_seconds
                most = self._config.learn_together
                together, self._pile = self._pile[:most], self._pile[most:]
                await self._write_together(together)
        finally:
            self._working = None

    async def _write_together(self, lessons: Sequence[Lesson]) -> None:
        wanted = [lesson for lesson in lessons if not lesson.done.done()]
        try:
            async with self.round:
                (told,) = await asyncio.gather(self._write(wanted), return_exceptions=True)
            if isinstance(told, NexyError) and not told.retryable and len(wanted) > 1:
                # One that the database refuses does not take the others with it.
                for lesson in wanted:
                    await self._write_together((lesson,))
            elif isinstance(told, BaseException):
                _fail(wanted, told)
            else:
                _tell(wanted, told)
        finally:
            for lesson in wanted:
                lesson.done.cancel()

    async def cleanup(self) -> None:
        """Give up what is not written."""
        await self._supervisor.cleanup()
        for lesson in self._pile:
            lesson.done.cancel()
        self._pile.clear()


def _tell(lessons: Sequence[Lesson], learnt: Sequence[Learnt]) -> None:
    for lesson, one in zip(lessons, learnt, strict=True):
        with suppress(asyncio.InvalidStateError):
            lesson.done.set_result(one)


def _fail(lessons: Sequence[Lesson], failure: BaseException) -> None:
    for lesson in lessons:
        with suppress(asyncio.InvalidStateError):
            lesson.done.set_exception(failure)
            # Whoever waited may have gone; then nobody else would look.
            lesson.done.exception()
