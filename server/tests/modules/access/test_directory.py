"""What is known by heart follows the database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from nexy.contracts.database import SERVICE, Claims, Row
from nexy.contracts.errors import Unavailable
from nexy.modules.access.directory import Directory
from nexy.utils.supervisor import owned_task
from support.virtual_time import run_virtual

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Rows:
    """A database of one table with the moments of change; it can go away, or hang."""

    def __init__(self) -> None:
        self.names: dict[str, datetime] = {}
        self.asked: list[object] = []
        self.moment = NOON
        self.away = False
        self.gate: asyncio.Event | None = None

    @asynccontextmanager
    async def transaction(self, claims: Claims) -> AsyncIterator["Rows"]:
        assert claims == SERVICE
        if self.away:
            raise Unavailable("the database does not answer", code="database_unavailable")
        if self.gate is not None:
            await self.gate.wait()
        yield self

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        if not values:
            return [{"moment": self.moment}]
        (since,) = values
        self.asked.append(since)
        assert query == "changes"
        return [{"name": name, "changed_at": at} for name, at in self.names.items() if since is None or at > since]  # type: ignore[operator]

    async def execute(self, query: str, *values: object) -> int:
        raise AssertionError(query)


class Names:
    """A shelf of names."""

    changes = "changes"

    def __init__(self) -> None:
        self.known: list[str] = []

    def take(self, rows: Sequence[Row]) -> None:
        self.known += [str(row["name"]) for row in rows if row["name"] not in self.known]


def prepared(poll_seconds: float = 1.0) -> tuple[Directory, Rows, Names]:
    rows, names = Rows(), Names()
    directory = Directory(rows, poll_seconds)
    directory.add(names)
    return directory, rows, names


async def test_at_first_everything_then_what_is_new() -> None:
    """And the last minute again, because a change is seen at its commit and bears an earlier time."""
    directory, rows, names = prepared()
    rows.names = {"old": NOON - timedelta(days=9), "new": NOON}
    await directory.look()
    assert (names.known, rows.asked) == (["old", "new"], [None])
    rows.names |= {"committed late": NOON - timedelta(seconds=59), "later": NOON + timedelta(seconds=1)}
    await directory.look()
    assert set(names.known) == {"old", "new", "committed late", "later"}
    assert rows.asked[1] == NOON - timedelta(seconds=60)


def test_it_looks_every_poll() -> None:
    """What another process has changed is known a poll later at most."""

    async def scenario() -> None:
        directory, rows, names = prepared()
        async with owned_task(directory.run()):
            await asyncio.sleep(0.5)
            rows.names["issued elsewhere"] = NOON
            await asyncio.sleep(1.0)
            assert names.known == ["issued elsewhere"]

    run_virtual(scenario())


def test_who_cannot_wait_has_a_look_at_once() -> None:
    """Many who ask at one time share it, and the database has a rest before the next."""

    async def scenario() -> None:
        directory, rows, names = prepared(poll_seconds=30)
        async with owned_task(directory.run()):
            await asyncio.sleep(1)
            rows.names["a moment old"] = NOON
            await asyncio.gather(*(directory.fresh() for _ in range(100)))
            assert (names.known, len(rows.asked)) == (["a moment old"], 1)
            began = asyncio.get_running_loop().time()
            for _ in range(20):
                await directory.fresh()
            assert asyncio.get_running_loop().time() - began >= 1.9

    run_virtual(scenario())


def test_nobody_waits_longer_than_a_poll() -> None:
    """A database that hangs holds nobody up, whether anybody looks at all."""

    async def scenario() -> None:
        directory, rows, _ = prepared()
        rows.gate = asyncio.Event()
        await directory.fresh()
        async with owned_task(directory.run()):
            await directory.fresh()
        assert asyncio.get_running_loop().time() == pytest.approx(2.0)

    run_virtual(scenario())


def test_a_database_that_is_away_takes_nothing_away(caplog: pytest.LogCaptureFixture) -> None:
    """What is known stays, it is told once, and the first look after it comes back finds what has changed."""

    async def scenario() -> None:
        directory, rows, names = prepared()
        rows.names["known"] = NOON
        async with owned_task(directory.run()):
            await asyncio.sleep(1.5)
            rows.away = True
            await asyncio.sleep(10)
            assert (names.known, directory.problem) == (["known"], None)
            rows.away = False
            rows.names["meanwhile"] = NOON
            await asyncio.sleep(1.5)
            assert names.known == ["known", "meanwhile"]

    with caplog.at_level("INFO", "nexy.access"):
        run_virtual(scenario())
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_where_there_is_nothing_yet_not_everything_is_read_again() -> None:
    """The second look asks for the last minute before the first, rows or none."""
    directory, rows, _ = prepared()
    await directory.look()
    rows.moment += timedelta(seconds=5)
    await directory.look()
    await directory.look()
    assert rows.asked == [None, NOON - timedelta(seconds=60), NOON - timedelta(seconds=55)]


async def test_an_errand_that_fails_does_not_unmake_the_look() -> None:
    """What was read is known."""
    directory, _, names = prepared()

    async def errand() -> None:
        raise Unavailable("away in between")

    directory.also(errand)
    await directory.try_to_look()
    assert (directory.problem, names.known) == (None, [])


async def test_until_the_first_look_there_is_a_problem() -> None:
    """Whoever asks can tell that nobody is known yet from that somebody is not known."""
    directory, rows, _ = prepared()
    rows.away = True
    await directory.try_to_look()
    assert directory.problem is not None
    rows.away = False
    await directory.try_to_look()
    assert directory.problem is None


async def test_errands_are_run_after_each_look() -> None:
    """Not while the database is away."""
    directory, rows, _ = prepared()
    run: list[int] = []

    async def errand() -> None:
        run.append(len(rows.asked))

    directory.also(errand)
    await directory.try_to_look()
    rows.away = True
    await directory.try_to_look()
    assert run == [1]
