"""10 000 transactions over few connections, cut in every way: rows and claims of persons never mix."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from nexy.contracts.access import Role
from nexy.contracts.database import SERVICE, Claims, Database, Transaction
from nexy.contracts.errors import NexyError
from nexy.modules.database import pool as pool_module
from nexy.modules.database.pool import DatabasePool
from support.postgres import TestServer, new_database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
STEPS = 10_000
WORKERS = 8
CONNECTIONS = 5
PERSONS = 6
TERMINATE_EVERY = 400
MUST_END_WITHIN_SECONDS = 60
WHO = """SELECT current_user::text AS role, coalesce(current_setting('nexy.user_id', true), '') AS person,
         current_setting('nexy.service', true) AS service, current_setting('statement_timeout') AS patience"""
TORN = "torn"


class Torn(Exception):
    """A caller's own mistake in the middle of a transaction."""


@dataclass(slots=True, kw_only=True)
class Run:
    """The pool, its persons, and what was seen."""

    pool: DatabasePool
    persons: Sequence[str]
    dice: random.Random
    whole: int = 0
    cut: int = 0
    read: int = 0


@pytest_asyncio.fixture
async def arena(postgres: TestServer) -> AsyncIterator[tuple[DatabasePool, Any]]:
    async with new_database(postgres) as name:
        section = postgres.section(name, max_connections=CONNECTIONS, acquire_timeout_seconds=30)
        pool = DatabasePool(replace(postgres.app, database=name), section.config)
        administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))  # type: ignore[arg-type]
        await pool.open()
        try:
            yield pool, administrator
        finally:
            await pool.close()
            await administrator.close()


@pytest.mark.long
async def test_ten_thousand_steps(arena: tuple[DatabasePool, Any]) -> None:
    """Errors, cancellations and killed backends at random: no foreign row, no leaked claim, no lost connection."""
    pool, administrator = arena
    clock = asyncio.get_running_loop().time
    began = clock()
    run = await _run(pool, administrator, STEPS)
    seconds = clock() - began
    rows = await administrator.fetch("SELECT user_id::text, name FROM projects")
    assert run.whole + run.cut == STEPS
    assert min(run.whole, run.cut, run.read) > STEPS / 10
    assert [dict(row) for row in rows if row["name"] != row["user_id"]] == []
    strays = await administrator.fetchval(
        "SELECT count(*) FROM code_snippets AS s JOIN projects AS p ON p.id = project_id WHERE p.user_id <> s.user_id"
    )
    assert strays == 0
    assert seconds < MUST_END_WITHIN_SECONDS


NO_CLEANING = "SELECT 1"
STAYS = pool_module._CLAIM.replace("true", "false")
STICKS = STAYS.replace("$1", "coalesce(nullif($1, ''), current_setting('nexy.user_id', true), '')")
LEAKS = {
    "claims that stay": (STAYS, ""),
    "claims that stick": (STICKS, ""),
    "an open table": (pool_module._CLAIM, "ALTER TABLE projects DISABLE ROW LEVEL SECURITY"),
    "a policy that is true": (pool_module._CLAIM, "CREATE POLICY p ON code_snippets USING (true)"),
}


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_leak_would_be_seen(
    arena: tuple[DatabasePool, Any], leak: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims that outlive their transaction, an open table, a policy that lets in: a few hundred steps are enough."""
    pool, administrator = arena
    claim, damage = LEAKS[leak]
    monkeypatch.setattr(pool_module, "_CLAIM", claim)
    monkeypatch.setattr(pool_module, "_CLEAN", NO_CLEANING)
    await administrator.execute(damage or "SELECT 1")
    with pytest.raises((AssertionError, ExceptionGroup)) as seen:
        await _run(pool, administrator, 600)
    assert isinstance(seen.value, AssertionError) or seen.group_contains(AssertionError)


async def _run(pool: DatabasePool, administrator: Any, count: int) -> Run:
    run = Run(pool=pool, persons=[str(uuid4()) for _ in range(PERSONS)], dice=random.Random(6))
    await _people(pool, run.persons)
    steps = iter(range(count))

    async def work() -> None:
        for step in steps:
            await _step(run)
            if step % TERMINATE_EVERY == TERMINATE_EVERY - 1:
                await _terminate_one(administrator)

    async with asyncio.TaskGroup() as group:
        for _ in range(WORKERS):
            group.create_task(work())
    await _nothing_leaked(run)
    return run


async def _people(pool: Database, persons: Sequence[str]) -> None:
    async with pool.transaction(SERVICE) as transaction:
        for person in persons:
            await transaction.execute("INSERT INTO users (id, display_name) VALUES ($1::text::uuid, $1)", person)


async def _step(run: Run) -> None:
    """One transaction of somebody, with some end."""
    person = run.dice.choice(run.persons)
    claims = run.dice.choice((
        Claims(user_id=person, role=Role.AUTHENTICATED), Claims(user_id=person, role=Role.AUTHENTICATED),
        Claims(role=Role.ANON), Claims(user_id=person), Claims(), SERVICE,
    ))  # fmt: skip
    end = run.dice.choice(ENDS)
    patience = run.dice.random() * 0.004 if end in ("cancelled", "sleeping") else None
    try:
        await asyncio.wait_for(_transaction(run, claims, end), patience)
        run.whole += 1
    except (TimeoutError, NexyError, Torn):
        run.cut += 1


ENDS = ("well", "well", "well", "well", "bad SQL", "constraint", "foreign", "error", "cancelled", "sleeping")
WRONG = {
    "bad SQL": "SELEKT nothing",
    "constraint": "INSERT INTO projects (id, user_id, name) SELECT id, user_id, name FROM projects LIMIT 1",
    "sleeping": "SELECT pg_sleep(5)",
}


async def _transaction(run: Run, claims: Claims, end: str) -> None:
    async with run.pool.transaction(claims) as transaction:
        await _see_only_mine(run, transaction, claims)
        if end in WRONG:
            await transaction.execute(WRONG[end])
        if end == "foreign":
            await transaction.execute(
                "UPDATE projects SET user_id = $1::text::uuid",
                run.dice.choice([p for p in run.persons if p != claims.user_id]),
            )
            assert not await transaction.fetch("SELECT 1 FROM projects") or claims.service
            raise Torn
        if claims.user_id:
            await _write(run, transaction, claims)
        if end == "error":
            if claims.role:
                await transaction.execute(f"UPDATE projects SET name = '{TORN}'")
            raise Torn


async def _see_only_mine(run: Run, transaction: Transaction, claims: Claims) -> None:
    (who,) = await transaction.fetch(WHO)
    expected = (
        claims.role or "nexy_app",
        claims.user_id,
        "on" if claims.service else "off",
        "5s" if claims.role else "10s",
    )
    assert tuple(who.values()) == expected
    for row in await transaction.fetch("SELECT user_id::text, name FROM projects LIMIT 50"):
        assert claims.service or row["user_id"] == claims.user_id
        assert row["name"] == row["user_id"]
        run.read += 1
    for row in await transaction.fetch("SELECT user_id::text FROM code_snippets LIMIT 50"):
        assert claims.service or row["user_id"] == claims.user_id


async def _write(run: Run, transaction: Transaction, claims: Claims) -> None:
    kind = run.dice.random()
    if claims.role and kind < 0.3:
        await transaction.execute("DELETE FROM projects WHERE id IN (SELECT id FROM projects LIMIT 2)")
    elif kind < 0.8:
        insert = "INSERT INTO projects (name) VALUES ($1) RETURNING id"
        (row,) = await transaction.fetch(insert, claims.user_id)
        await transaction.execute("INSERT INTO code_snippets (project_id) VALUES ($1)", UUID(str(row["id"])))
    else:
        await transaction.execute("UPDATE projects SET description = now()::text")


async def _terminate_one(administrator: Any) -> None:
    """As an operator does, or a server that runs out of memory."""
    await administrator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND usename = 'nexy_app' ORDER BY random() LIMIT 1"
    )


async def _nothing_leaked(run: Run) -> None:
    """Every connection can be had at once, and none remembers anybody."""
    everybody_is_in = asyncio.Barrier(CONNECTIONS)

    async def enter() -> None:
        async with run.pool.transaction(Claims()) as transaction:
            (who,) = await transaction.fetch(WHO)
            assert tuple(who.values()) == ("nexy_app", "", "off", "10s")
            await asyncio.wait_for(everybody_is_in.wait(), 10)

    await asyncio.gather(*(enter() for _ in range(CONNECTIONS)))
    for _ in range(CONNECTIONS):
        async with run.pool._pool.acquire() as connection:
            who = await connection.fetchrow(WHO)
            assert (who["role"], who["person"], who["service"] or "") == ("nexy_app", "", "")
