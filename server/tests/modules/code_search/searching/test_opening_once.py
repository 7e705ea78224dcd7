"""That an index is opened for everybody who asks, and for who comes after one that gave up."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.searching.index_folders import Remade
from nexy.modules.code_search.searching.open_indexes import OpenIndexes
from nexy.modules.code_search.searching.visible import VisibleProject
from nexy.utils.spare_threads import SpareThreads
from nexy.utils.supervisor import owned_task
from support.clock import FakeClock


class _Folders:
    def of(self, project_id: str, revision: int) -> Path:
        return Path(project_id) / str(revision)

    async def remake(self, project_id: str) -> Remade:
        raise AssertionError


class _Slow:
    """Opens when it is let; `opened` are the folders that it began with."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.gate = threading.Event()

    def __call__(self, folder: Path) -> Any:
        self.opened.append(str(folder))
        assert self.gate.wait(30)
        return str(folder)


@asynccontextmanager
async def opening(waiting: int = 50) -> AsyncIterator[tuple[OpenIndexes, _Slow]]:
    slow, threads = _Slow(), SpareThreads("t", threads=1, waiting=waiting, retry_seconds=1)
    indexes = OpenIndexes(_Folders(), threads, CodeSearchConfig(), FakeClock(), slow)
    try:
        yield indexes, slow
    finally:
        slow.gate.set()
        await indexes.cleanup()
        await threads.close()


def project(name: str, **facts: Any) -> VisibleProject:
    return VisibleProject(id=name, name=name, revision=1, **facts)


async def _begun(slow: _Slow) -> None:
    while not slow.opened:
        await asyncio.sleep(0)


async def test_a_question_that_gives_up_leaves_the_index_open() -> None:
    """Without that a large index would never be open for a caller with little time, however often it asks."""
    async with opening() as (indexes, slow):
        async with owned_task(indexes.of([project("a")])):
            await _begun(slow)
        assert len(indexes) == 0
        slow.gate.set()
        assert len((await indexes.of([project("a")])).there) == 1
        assert slow.opened == ["a/1"]


async def test_many_questions_open_it_once() -> None:
    """Each of them gets it as the project that this person sees."""
    async with opening() as (indexes, slow):
        asking = [indexes.of([project("a", owned=number == 1)]) for number in range(20)]
        async with owned_task(_begun(slow)) as begun:
            both = asyncio.gather(begun, *asking)
            while not begun.done():
                await asyncio.sleep(0)
            slow.gate.set()
            _, *found = await both
        assert slow.opened == ["a/1"]
        assert [one.there[0].project.owned for one in found].count(True) == 1


async def test_many_projects_leave_room_in_the_queue() -> None:
    """They are opened one after another, so a hundred of them do not fill the threads' queue."""
    async with opening(waiting=1) as (indexes, slow):
        slow.gate.set()
        found = await indexes.of([project(str(number)) for number in range(100)])
        assert (len(found.there), found.missing) == (100, {})
        assert [one.project.name for one in found.there] == [str(number) for number in range(100)]


async def test_what_is_opened_when_it_stops_is_refused() -> None:
    """Whoever still waits learns that the search ends."""
    async with opening() as (indexes, slow):
        async with owned_task(indexes.of([project("a")])) as asking:
            await _begun(slow)
            await indexes.cleanup()
            found = await asking
    with pytest.raises(Unavailable) as caught:
        raise found.problem
    assert caught.value.code == "code_search_stopped"
