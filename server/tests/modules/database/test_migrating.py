"""Migrations: in order, once, unchanged, and with older code beside newer schema."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from nexy.contracts.errors import Internal, StartFailed
from nexy.modules.database.migrating import Applied, compare, migrate, read_state
from nexy.modules.database.migration_files import Migration, ordered, packaged_migrations
from support.postgres import TestServer, new_database

FILES = {
    "0002_more.sql": "ALTER TABLE thing ADD COLUMN more text;",
    "0001_first.sql": "CREATE TABLE thing (id integer); INSERT INTO thing VALUES (1);",
    "0003_drop_old.post.sql": "ALTER TABLE thing DROP COLUMN more;",
}
STEPS = ordered(FILES)


def applied(*steps: Migration) -> list[Applied]:
    return [Applied(version=s.version, name=s.name, checksum=s.checksum, post=s.post) for s in steps]


def test_files_are_ordered_by_number_and_post_is_told() -> None:
    """Whatever the order of the folder."""
    assert [(step.version, step.name, step.post) for step in STEPS] == [
        (1, "first", False), (2, "more", False), (3, "drop_old", True),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["1_short.sql", "0001-dash.sql", "0001_Upper.sql", "0001_x.pre.sql", "first.sql"])
def test_a_file_with_another_name_is_a_mistake(name: str) -> None:
    """It would be left out in silence otherwise."""
    with pytest.raises(Internal, match="not named like"):
        ordered({name: ""})


def test_two_files_with_one_number_are_a_mistake() -> None:
    """Their order would depend on the folder."""
    with pytest.raises(Internal, match="same number"):
        ordered({"0001_a.sql": "", "0001_b.sql": ""})


def test_our_own_files_are_in_line() -> None:
    """Numbers from 1 without a gap."""
    assert [step.version for step in packaged_migrations()] == list(range(1, len(packaged_migrations()) + 1))


def test_a_changed_file_is_refused() -> None:
    """The step is named."""
    changed = ordered({**FILES, "0001_first.sql": "CREATE TABLE other (id integer);"})
    with pytest.raises(StartFailed, match="0001 first was changed after it was applied"):
        compare(changed, applied(STEPS[0]))


def test_a_newer_schema_is_refused_unless_only_post_migrations_are_ahead() -> None:
    """Older code goes on running beside post-migrations that it does not know, not beside other steps."""
    assert compare(STEPS[:2], applied(*STEPS)).pending == ()
    with pytest.raises(StartFailed, match=r"schema is newer \(0002 more\)"):
        compare(STEPS[:1], applied(*STEPS[:2]))


@pytest_asyncio.fixture
async def connection(postgres: TestServer) -> AsyncIterator[Any]:
    """The owner on an empty database."""
    async with new_database(postgres, empty=True) as name:
        connection = await asyncpg.connect(**postgres.login(postgres.owner, name))
        try:
            yield connection
        finally:
            await connection.close()


@pytest.mark.slow
async def test_steps_are_applied_once_and_post_steps_wait_to_be_asked_for(connection: Any) -> None:
    """New code runs on the schema before its post-migration, which comes with `post` only."""
    assert [step.version for step in await migrate(connection, STEPS)] == [1, 2]
    assert await migrate(connection, STEPS) == []
    state = await read_state(connection, STEPS)
    assert (state.version, [step.version for step in state.pending_post]) == (2, [3])
    assert await connection.fetchval("SELECT count(more) FROM thing") == 0
    assert [step.version for step in await migrate(connection, STEPS, post=True)] == [3]
    with pytest.raises(asyncpg.UndefinedColumnError):
        await connection.fetchval("SELECT more FROM thing")


@pytest.mark.slow
async def test_a_step_that_fails_leaves_nothing_and_can_be_mended(connection: Any) -> None:
    """The steps before it stay, its own half is rolled back, and the mended file goes on from there."""
    broken = ordered({**FILES, "0002_more.sql": "CREATE TABLE half (id integer); SELECT 1/0;"})
    with pytest.raises(StartFailed, match=r"migration 0002 more failed \(22012"):
        await migrate(connection, broken)
    assert await connection.fetchval("SELECT to_regclass('half')") is None
    assert [step.version for step in await migrate(connection, STEPS)] == [2]


@pytest.mark.slow
async def test_servers_that_start_at_once_apply_each_step_once(postgres: TestServer) -> None:
    """Five at the same moment: each step is applied by exactly one of them."""
    async with new_database(postgres, empty=True) as name:
        connections = [await asyncpg.connect(**postgres.login(postgres.owner, name)) for _ in range(5)]
        done = await asyncio.gather(*(migrate(connection, STEPS) for connection in connections))
        rows = await connections[0].fetchval("SELECT count(*) FROM thing")
        for connection in connections:
            await connection.close()
    assert sorted(step.version for steps in done for step in steps) == [1, 2]
    assert rows == 1
