"""Which indexes stay mapped, and how one is made again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.searching.index_folders import Remade
from nexy.modules.code_search.searching.open_indexes import OpenIndexes
from nexy.modules.code_search.searching.visible import VisibleProject
from nexy.utils.spare_threads import SpareThreads
from nexy.utils.supervisor import owned_task
from support.clock import FakeClock


class _Folders:
    """Folders that are sound or not; `made` counts what was made again, `gate` holds it up."""

    def __init__(self) -> None:
        self.sound: set[str] = set()
        self.made: list[str] = []
        self.newest = 1
        self.gate: asyncio.Event | None = None
        self.failure: Exception | None = None

    def of(self, project_id: str, revision: int) -> Path:
        return Path(project_id) / str(revision)

    async def remake(self, project_id: str) -> Remade:
        self.made.append(project_id)
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        folder = self.of(project_id, self.newest)
        self.sound.add(str(folder))
        return Remade(revision=self.newest, folder=folder)


class _Opened:
    def __init__(self, folder: str) -> None:
        self.folder = folder


class _Parts:
    def __init__(self, indexes: OpenIndexes, folders: _Folders, opened: list[str], clock: FakeClock) -> None:
        self.indexes, self.folders, self.opened, self.clock = indexes, folders, opened, clock

    async def folder(self, project: VisibleProject) -> Any:
        """Where the index that answers for this project was opened."""
        found = await self.indexes.of([project])
        if found.missing:
            raise found.missing[project.name]
        return found.there[0].index


@asynccontextmanager
async def opening(**settings: Any) -> AsyncIterator[_Parts]:
    """Indexes that are only folder names."""
    folders, opened, clock = _Folders(), list[str](), FakeClock()

    def open_index(folder: Path) -> Any:
        if str(folder) not in folders.sound:
            raise IndexDamaged("gone")
        opened.append(str(folder))
        return _Opened(str(folder))

    threads = SpareThreads("t", threads=1, waiting=50, retry_seconds=1)
    indexes = OpenIndexes(folders, threads, CodeSearchConfig(**settings), clock, open_index)
    try:
        yield _Parts(indexes, folders, opened, clock)
    finally:
        await indexes.cleanup()
        await threads.close()


def project(name: str, revision: int = 1) -> VisibleProject:
    return VisibleProject(id=name, name=name, revision=revision)


async def test_an_index_is_opened_once() -> None:
    """Whoever asks next gets the one that is open."""
    async with opening() as parts:
        parts.folders.sound = {"a/1"}
        assert await parts.folder(project("a")) is await parts.folder(project("a"))
        assert parts.opened == ["a/1"]


async def test_the_least_recently_asked_goes_first() -> None:
    """Never more than `max_open`; what is asked stays."""
    async with opening(max_open=2) as parts:
        parts.folders.sound = {"a/1", "b/1", "c/1"}
        for name in "abaca":
            await parts.folder(project(name))
        assert (len(parts.indexes), parts.opened) == (2, ["a/1", "b/1", "c/1"])
        await parts.folder(project("b"))
        assert parts.opened[-1] == "b/1"


async def test_a_new_revision_lets_the_old_one_go() -> None:
    """The index of an older revision is not kept beside the new one."""
    async with opening() as parts:
        parts.folders.sound = {"a/1", "a/2"}
        await parts.folder(project("a", 1))
        await parts.folder(project("a", 2))
        assert len(parts.indexes) == 1


async def test_many_who_ask_make_one_index_again() -> None:
    """However many meet the damage, it is mended once, and all are answered."""
    async with opening() as parts:
        parts.folders.gate = asyncio.Event()
        asking = asyncio.gather(*(parts.folder(project("a")) for _ in range(9)))
        async with owned_task(asyncio.sleep(0)):
            while not parts.folders.made:
                await asyncio.sleep(0)
        parts.folders.gate.set()
        assert {one.folder for one in await asking} == {"a/1"}
        assert parts.folders.made == ["a"]


async def test_who_gives_up_does_not_stop_the_making() -> None:
    """A cancelled question leaves the work going for those who still wait."""
    async with opening() as parts:
        parts.folders.gate = asyncio.Event()
        async with owned_task(parts.folder(project("a"))):
            while not parts.folders.made:
                await asyncio.sleep(0)
        parts.folders.gate.set()
        assert (await parts.folder(project("a"))).folder == "a/1"
        assert parts.folders.made == ["a"]


async def test_a_long_making_is_not_waited_for() -> None:
    """After `remake_patience_seconds` the answer says that it is under way and when to ask again."""
    async with opening(remake_patience_seconds=0.0) as parts:
        parts.folders.gate = asyncio.Event()
        with pytest.raises(Unavailable) as caught:
            await parts.folder(project("a"))
        assert caught.value.code == "index_remade"
        parts.folders.gate.set()


async def test_the_newest_revision_takes_the_place_of_a_missing_one() -> None:
    """What is made is the newest complete revision, and its number is the project's."""
    async with opening() as parts:
        parts.folders.newest = 5
        found = await parts.indexes.of([project("a", 3)])
        assert found.there[0].project.revision == 5
        assert (await parts.folder(project("a", 5))).folder == "a/5"
        assert parts.opened == ["a/5"]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Unavailable("gone", code="index_missing"), "index_missing"),
        (OSError(28, "No space left on device"), "index_remake_failed"),
        (IndexDamaged("terms"), "index_damaged"),
    ],
)
async def test_what_cannot_be_made_is_named_and_tried_again_later(failure: Exception, code: str) -> None:
    """A failure is told with its code for that project alone; it is tried once more when it has rested, not before."""
    async with opening(remake_rest_seconds=30) as parts:
        parts.folders.sound = {"b/1"}
        parts.folders.failure = failure
        found = await parts.indexes.of([project("a"), project("b")])
        assert [one.project.name for one in found.there] == ["b"]
        assert found.problem is found.missing["a"]
        assert found.problem.code == code
        parts.folders.failure = None
        for _ in range(20):
            again = await parts.indexes.of([project("a")])
            assert (again.problem.code, parts.folders.made) == (code, ["a"])
        parts.clock.advance(31)
        assert (await parts.folder(project("a"))).folder == "a/1"


async def test_a_new_revision_or_a_sound_file_ends_the_rest() -> None:
    """What failed is one revision: the next is tried at once, and so is a file that an indexing run has put there."""
    async with opening() as parts:
        parts.folders.failure = IndexDamaged("terms")
        for revision in (1, 2):
            await parts.indexes.of([project("a", revision)])
        assert parts.folders.made == ["a", "a"]
        parts.folders.sound = {"a/2"}
        assert (await parts.folder(project("a", 2))).folder == "a/2"


async def test_a_passing_trouble_is_tried_again_at_once() -> None:
    """The database that does not answer, or a full queue, says nothing about the index."""
    async with opening() as parts:
        parts.folders.failure = Unavailable("away", code="database_unavailable")
        assert (await parts.indexes.of([project("a")])).problem.code == "database_unavailable"
        parts.folders.failure = None
        assert (await parts.folder(project("a"))).folder == "a/1"


async def test_a_failure_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """No traceback: who reads the log learns the code, once."""
    async with opening() as parts:
        parts.folders.failure = IndexDamaged("terms")
        for _ in range(5):
            await parts.indexes.of([project("a")])
    assert [(one.getMessage(), one.exc_info) for one in caplog.records] == [
        ("index is made again", None),
        ("index cannot be made again", None),
    ]


async def test_many_broken_indexes_are_waited_for_once() -> None:
    """The patience is the question's: three that are being made again take no longer than one."""
    waits: list[float | None] = []
    original = asyncio.wait

    async def wait(tasks: Any, *, timeout: float | None = None) -> Any:
        waits.append(timeout)
        return await original(tasks, timeout=0 if timeout else None)

    async with opening(remake_patience_seconds=600) as parts:
        parts.folders.gate = asyncio.Event()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio, "wait", wait)
            found = await parts.indexes.of([project(name) for name in "abc"])
        assert [one.code for one in found.missing.values()] == ["index_remade"] * 3
        # Side by side: all three began to wait before the first had waited.
        assert waits[-3:] == [600, 600, 600]


async def test_the_older_revision_answers_while_the_new_one_is_made() -> None:
    """Another server of the same database has no folder for what was published elsewhere, and goes on answering."""
    async with opening() as parts:
        parts.folders.sound = {"a/1"}
        parts.folders.newest = 2
        await parts.folder(project("a", 1))
        parts.folders.gate = asyncio.Event()
        for _ in range(3):
            (one,) = (await parts.indexes.of([project("a", 2)])).there
            assert (one.project.revision, one.project.stale) == (1, True)
        parts.folders.gate.set()
        await parts.indexes._supervisor.finish(5)
        (one,) = (await parts.indexes.of([project("a", 2)])).there
        assert (one.project.revision, one.project.stale, parts.folders.made) == (2, False, ["a"])


async def test_the_older_revision_answers_where_the_new_one_cannot_be_made() -> None:
    """An old answer that says so is better than none."""
    async with opening() as parts:
        parts.folders.sound = {"a/1"}
        await parts.folder(project("a", 1))
        parts.folders.failure = IndexDamaged("terms")
        for _ in range(2):
            (one,) = (await parts.indexes.of([project("a", 2)])).there
            assert (one.project.revision, one.project.stale) == (1, True)
            await parts.indexes._supervisor.finish(5)
        assert parts.folders.made == ["a"]
