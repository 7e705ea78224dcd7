"""A run's hold on its project: signs of life beside the work, and how it is given back."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from nexy.config.code_search_section import CodeIndexingConfig, CodeSearchConfig
from nexy.contracts.code_search import IndexBusy, IndexProgress, IndexStage, IndexState
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.modules.code_search.indexing.board import Board
from nexy.modules.code_search.indexing.holding import holding
from nexy.modules.code_search.indexing.parts import Parts
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.store.model import Lease, Project
from support.clock import FakeClock
from support.virtual_time import run_virtual

PROJECT = Project(id="p", name="shop", source="/src/shop")
LEASE = Lease(project=PROJECT, fence=7, revision=3, branch="main")


class FakeLeases:
    """Notes what it is asked; each sign of life may fail."""

    def __init__(self, *failures: NexyError | None) -> None:
        self.failures = list(failures)
        self.beats: list[IndexProgress] = []
        self.released: list[tuple[str | None, str | None]] = []
        self.away = False

    async def take(self, project: Project) -> Lease:
        if self.away:
            raise IndexBusy(project.name, 1.0)
        return LEASE

    async def renew(self, lease: Lease, progress: IndexProgress) -> None:
        assert lease is LEASE
        self.beats.append(progress)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure

    async def release(self, lease: Lease, state: str | None, problem: str | None) -> None:
        await asyncio.sleep(0)
        self.released.append((state, problem))
        if self.away:
            raise Unavailable("away")


class FakeParts:
    """As much of `Parts` as holding needs."""

    def __init__(self, leases: FakeLeases) -> None:
        self.leases = leases
        self.config = CodeSearchConfig(indexing=CodeIndexingConfig(heartbeat_seconds=5))


def parts(leases: FakeLeases) -> Parts:
    return cast(Parts, FakeParts(leases))


def test_it_beats_while_the_work_goes_on_and_not_after() -> None:
    """Every `heartbeat_seconds`, each time with what the run is at; a database that is away does not end it."""
    leases = FakeLeases(None, Unavailable("away"))

    async def work() -> None:
        board = Board(FakeClock())
        async with holding(parts(leases), PROJECT, board) as hold:
            await asyncio.sleep(6)
            board.at(IndexStage.READ, 1, 2)
            await asyncio.sleep(10)
            hold.leave(IndexState.READY)
        await asyncio.sleep(100)

    run_virtual(work())
    reading = IndexProgress(stage=IndexStage.READ, done=1, total=2)
    assert leases.beats == [IndexProgress(stage=IndexStage.FETCH), reading, reading]
    assert leases.released == [("ready", "")]


def test_a_lost_lease_ends_the_beat() -> None:
    """What the run writes next is refused anyway; until then nobody pretends that it lives."""
    leases = FakeLeases(LeaseLost("shop"))

    async def work() -> None:
        async with holding(parts(leases), PROJECT, Board(FakeClock())):
            await asyncio.sleep(60)

    run_virtual(work())
    assert len(leases.beats) == 1


def broken_off() -> None:
    raise ValueError


def refused() -> None:
    raise ValidationFailed("source: no such thing")


@pytest.mark.parametrize(
    ("end", "kind", "left"),
    [
        (refused, ValidationFailed, ("failed", "source: no such thing")),
        (broken_off, ValueError, (None, None)),
        (asyncio.CancelledError, asyncio.CancelledError, (None, None)),
    ],
)
async def test_however_the_work_ends_the_project_is_given_back(
    end: Callable[[], None], kind: type[BaseException], left: tuple[str | None, str | None]
) -> None:
    """A failure is told; what broke off leaves the state as it is, which says `interrupted`."""
    leases = FakeLeases()
    with pytest.raises(kind):
        async with holding(parts(leases), PROJECT, Board(FakeClock())):
            made = end()
            if isinstance(made, BaseException):
                raise made
    assert leases.released == [left]


async def test_it_is_given_back_even_when_called_off_again() -> None:
    """A second cancellation in the middle of giving back does not keep the project held."""
    leases, inside = FakeLeases(), asyncio.Event()

    async def work() -> None:
        async with holding(parts(leases), PROJECT, Board(FakeClock())):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(work())
    await inside.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(5):
        await asyncio.sleep(0)
    assert leases.released == [(None, None)]


async def test_a_database_that_is_away_at_the_end_hides_nothing() -> None:
    """The lease runs out by itself, and the work's own outcome is what is told; a held project is refused."""
    leases = FakeLeases()
    async with holding(parts(leases), PROJECT, Board(FakeClock())) as hold:
        leases.away = True
        hold.leave(IndexState.READY)
    with pytest.raises(IndexBusy):
        async with holding(parts(leases), PROJECT, Board(FakeClock())):
            raise AssertionError
    assert len(leases.released) == 1
