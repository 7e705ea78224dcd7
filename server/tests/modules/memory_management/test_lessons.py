"""Lessons of many are written together, and nobody's end or mistake is everybody's."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.memory import Learnt
from nexy.modules.memory_management.lessons import Lesson, LessonWriter
from support.memory import turn
from support.virtual_time import run_virtual


class Table:
    """Takes a second for each write; `rounds` are the prompts of each, `refuses` a prompt that cannot be written."""

    def __init__(self, refuses: str = "", failure: NexyError | None = None) -> None:
        self.rounds: list[list[str]] = []
        self.refuses = refuses
        self.failure = failure or ValidationFailed("no")

    async def write(self, lessons: Sequence[Lesson]) -> Sequence[Learnt]:
        await asyncio.sleep(1)
        self.rounds.append([lesson.turn.prompt for lesson in lessons])
        if self.refuses in self.rounds[-1]:
            raise self.failure
        return [Learnt(changes=len(lesson.turn.prompt)) for lesson in lessons]


def told(story: Callable[[LessonWriter], Awaitable[None]], table: Table, **settings: float) -> None:
    async def work() -> None:
        writer = LessonWriter(table.write, MemoryConfig(**settings))  # type: ignore[arg-type]
        try:
            await story(writer)
        finally:
            await writer.cleanup()

    run_virtual(work())


def lesson(prompt: str) -> Lesson:
    return Lesson(turn=turn(prompt), ops=())


def test_whoever_comes_while_the_database_is_busy_shares_the_next_round() -> None:
    """The first goes at once, all that came meanwhile together, and everybody hears of her own."""
    table = Table()

    async def story(writer: LessonWriter) -> None:
        first = asyncio.ensure_future(writer.learn(lesson("a")))
        await asyncio.sleep(0.5)
        rest = [writer.learn(lesson("b" * number)) for number in range(2, 5)]
        assert [one.changes for one in await asyncio.gather(first, *rest)] == [1, 2, 3, 4]

    told(story, table)
    assert table.rounds == [["a"], ["bb", "bbb", "bbbb"]]


def test_rounds_keep_their_pause_and_their_size() -> None:
    """A crowd neither fills one transaction without bound nor keeps the database busy without a pause."""
    table = Table()

    async def story(writer: LessonWriter) -> None:
        await asyncio.gather(*(writer.learn(lesson(str(number))) for number in range(5)))
        assert asyncio.get_running_loop().time() == pytest.approx(7)

    told(story, table, learn_together=2, learn_pause_seconds=3)
    assert [len(together) for together in table.rounds] == [2, 2, 1]


def test_one_that_is_refused_does_not_take_the_others_with_it() -> None:
    """They are written one by one, and only the wrong one hears of the failure."""
    table = Table(refuses="bad")

    async def story(writer: LessonWriter) -> None:
        asked = [writer.learn(lesson(prompt)) for prompt in ("a", "bad", "c")]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert [isinstance(answer, Learnt) for answer in answers] == [True, False, True]

    told(story, table)


def test_a_database_that_is_away_fails_all_at_once() -> None:
    """Nothing is tried again one by one while nobody answers."""
    table = Table(refuses="b", failure=Unavailable("away"))

    async def story(writer: LessonWriter) -> None:
        answers = await asyncio.gather(*(writer.learn(lesson(p)) for p in "abc"), return_exceptions=True)
        assert all(isinstance(answer, Unavailable) for answer in answers)
        assert len(table.rounds) == 1

    told(story, table)


def test_who_gives_up_takes_an_unwritten_lesson_back() -> None:
    """A cancelled turn is not written, and one under way is not wanted any more."""
    table = Table()

    async def story(writer: LessonWriter) -> None:
        one, other = lesson("begun"), lesson("waits")
        begun, waits = asyncio.ensure_future(writer.learn(one)), None
        await asyncio.sleep(0.5)
        waits = asyncio.ensure_future(writer.learn(other))
        await asyncio.sleep(0)
        for task in (begun, waits):
            task.cancel()
        await asyncio.wait((begun, waits))
        assert not one.wanted
        assert not other.wanted
        await asyncio.sleep(5)

    told(story, table)
    assert table.rounds == [["begun"], []]


def test_cleanup_leaves_nobody_waiting() -> None:
    """Whoever still waits is cancelled, written or not."""
    table = Table()

    async def story(writer: LessonWriter) -> None:
        tasks = [asyncio.ensure_future(writer.learn(lesson(p))) for p in "ab"]
        await asyncio.sleep(0.5)
        tasks.append(asyncio.ensure_future(writer.learn(lesson("c"))))
        await asyncio.sleep(0)
        await writer.cleanup()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)

    told(story, table)
