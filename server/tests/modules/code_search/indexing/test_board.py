"""Progress on its way to whoever asked."""

import asyncio
from contextlib import aclosing

from nexy.contracts.code_search import IndexProgress, IndexStage
from nexy.modules.code_search.indexing.board import Board
from nexy.utils.supervisor import owned_task
from support.clock import FakeClock


async def told(board: Board, work: "asyncio.Task[None]") -> list[IndexProgress]:
    async with aclosing(board.until(work)) as steps:
        return [progress async for progress in steps]


async def test_a_reader_misses_steps_but_no_stage() -> None:
    """What comes while nobody reads is told once for each stage, the newest of it, in order; then it ends."""
    board = Board(FakeClock())

    async def work() -> None:
        for done in range(1000):
            board.at(IndexStage.READ, done, 1000)
        board.at(IndexStage.PUBLISH)

    async with owned_task(work()) as task:
        assert await told(board, task) == [
            IndexProgress(stage=IndexStage.READ, done=999, total=1000), IndexProgress(stage=IndexStage.PUBLISH),
        ]  # fmt: skip


async def test_each_step_is_told_while_the_work_goes_on() -> None:
    """A reader that keeps up hears each of them."""
    board, heard = Board(FakeClock()), asyncio.Event()
    seen: list[int] = []

    async def work() -> None:
        for done in range(3):
            board.at(IndexStage.READ, done, 3)
            await heard.wait()
            heard.clear()

    async with owned_task(work()) as task, aclosing(board.until(task)) as steps:
        async for progress in steps:
            seen.append(progress.done)
            heard.set()
    assert seen == [0, 1, 2]


async def test_work_that_told_nothing_ends_the_telling() -> None:
    """Also when it fails: its failure is for who awaits it."""
    board = Board(FakeClock())

    async def work() -> None:
        raise ValueError

    async with owned_task(work()) as task:
        assert await told(board, task) == []
        assert isinstance(task.exception(), ValueError)


def test_stages_are_timed() -> None:
    """Each by the time until the next one, the present one included; a stage that comes back goes on counting."""
    clock = FakeClock()
    board = Board(clock)
    clock.advance(1)
    board.at(IndexStage.LIST)
    clock.advance(2)
    board.at(IndexStage.READ, 1, 2)
    clock.advance(3)
    board.at(IndexStage.READ, 2, 2)
    clock.advance(4)
    assert board.seconds == {"fetch": 1, "list": 2, "read": 7}
    assert board.now == IndexProgress(stage=IndexStage.READ, done=2, total=2)
