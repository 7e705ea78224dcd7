"""Whose rows the index of code has: read by whom the project is for, written by the service alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from nexy.contracts.access import Role
from nexy.contracts.database import SERVICE, Claims, StatementRefused
from nexy.contracts.errors import PermissionDenied
from nexy.modules.database.module import DatabaseModule
from support.postgres import TestServer

pytestmark = pytest.mark.slow
PARTS = ("code_blobs", "code_chunks", "code_branches", "code_files", "code_vectors")
DIGEST = "'0123456789abcdef'::bytea"
FILL = (
    "INSERT INTO code_blobs (project_id, digest, language, version, chunks, forward) "
    f"VALUES ($1, {DIGEST}, '', 1, 1, '')",
    f"INSERT INTO code_chunks VALUES ($1, {DIGEST}, 0, 'text', '', 1, 1, '')",
    "INSERT INTO code_branches (project_id, branch) VALUES ($1, 'main')",
    f"INSERT INTO code_files (project_id, branch, path, digest) VALUES ($1, 'main', 'a.py', {DIGEST})",
    f"INSERT INTO code_vectors VALUES ($1, {DIGEST}, 0, 'm', '')",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """Three projects with one row in each table: of a person, of another, and a public one of the other."""

    database: DatabaseModule
    ann: str
    bob: str
    anns: UUID
    bobs: UUID
    shown: UUID

    async def ids(self, claims: Claims, table: str) -> set[object]:
        column = "id" if table == "code_projects" else "project_id"
        async with self.database.transaction(claims) as transaction:
            return {row["id"] for row in await transaction.fetch(f"SELECT {column} AS id FROM {table}")}


@pytest_asyncio.fixture
async def indexes(database: DatabaseModule) -> Indexes:
    ann, bob = uuid4(), uuid4()
    made: list[UUID] = []
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute("INSERT INTO users (id) VALUES ($1), ($2)", ann, bob)
        for owner, public, name in ((ann, False, "a"), (bob, False, "b"), (bob, True, "c")):
            insert = "INSERT INTO code_projects (user_id, public, name, source) VALUES ($1, $2, $3, '/') RETURNING id"
            made.append(UUID(str((await transaction.fetch(insert, owner, public, name))[0]["id"])))
            for statement in FILL:
                await transaction.execute(statement, made[-1])
    return Indexes(database=database, ann=str(ann), bob=str(bob), anns=made[0], bobs=made[1], shown=made[2])


async def test_each_reads_her_own_and_what_is_public(indexes: Indexes) -> None:
    """In every table alike; without a claim the public rows alone, with the service claim all."""
    for claims, expected in (
        (Claims(user_id=indexes.ann), {indexes.anns, indexes.shown}),
        (Claims(user_id=indexes.bob), {indexes.bobs, indexes.shown}),
        (Claims(), {indexes.shown}),
        (SERVICE, {indexes.anns, indexes.bobs, indexes.shown}),
    ):
        for table in ("code_projects", *PARTS):
            assert await indexes.ids(claims, table) == expected, table


@pytest.mark.parametrize("table", ["code_projects", *PARTS])
async def test_not_even_the_owner_changes_rows_without_the_service_claim(indexes: Indexes, table: str) -> None:
    """An update touches none of them, a deletion is refused, and so is locking them away from the run."""
    key = "id" if table == "code_projects" else "project_id"
    async with indexes.database.transaction(Claims(user_id=indexes.bob)) as transaction:
        assert await transaction.execute(f"UPDATE {table} SET {key} = {key}") == 0
        assert await transaction.fetch(f"SELECT 1 FROM {table} FOR SHARE") == []
    with pytest.raises(PermissionDenied):
        async with indexes.database.transaction(Claims(user_id=indexes.bob)) as transaction:
            await transaction.execute(f"DELETE FROM {table}")


async def test_nobody_adds_rows_without_the_service_claim(indexes: Indexes) -> None:
    """Neither a project of her own nor a piece of one."""
    bob, other = Claims(user_id=indexes.bob), DIGEST.replace("0123", "3210")
    statements: Sequence[tuple[str, object]] = (
        ("INSERT INTO code_projects (user_id, name, source) VALUES ($1::text::uuid, 'new', '/')", indexes.bob),
        (FILL[0].replace(DIGEST, other), indexes.bobs),
        (FILL[2].replace("main", "new"), indexes.bobs),
        (FILL[3].replace("a.py", "b.py"), indexes.bobs),
        (FILL[1].replace(", 0,", ", 1,"), indexes.bobs),
        (FILL[4].replace(", 0,", ", 1,"), indexes.bobs),
    )
    for statement, value in statements:
        with pytest.raises(PermissionDenied):
            async with indexes.database.transaction(bob) as transaction:
                await transaction.execute(statement, value)


@pytest.mark.parametrize("role", [Role.ANON, Role.AUTHENTICATED])
async def test_the_rest_door_does_not_know_the_index(indexes: Indexes, role: Role) -> None:
    """Not even what is public."""
    for table in ("code_projects", *PARTS):
        with pytest.raises(StatementRefused) as refused:
            async with indexes.database.transaction(Claims(user_id=indexes.bob, role=role)) as transaction:
                await transaction.fetch(f"SELECT 1 FROM {table}")
        assert refused.value.sqlstate == "42501"


async def test_the_service_removes_a_project_with_all_that_it_has(indexes: Indexes) -> None:
    """The others keep theirs."""
    async with indexes.database.transaction(SERVICE) as transaction:
        await transaction.execute("DELETE FROM code_branches WHERE project_id = $1", indexes.bobs)
        assert await transaction.execute("DELETE FROM code_projects WHERE id = $1", indexes.bobs) == 1
    for table in ("code_projects", *PARTS):
        assert await indexes.ids(SERVICE, table) == {indexes.anns, indexes.shown}, table


async def test_the_role_for_what_can_be_made_again_has_all_verbs_on_it(indexes: Indexes, postgres: TestServer) -> None:
    """And on nothing else: with the service claim it reads, writes and removes the index, and sees no person."""
    async with indexes.database.transaction(SERVICE) as transaction:
        name = str((await transaction.fetch("SELECT current_database()::text AS name"))[0]["name"])
    administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))
    try:
        async with administrator.transaction():
            await administrator.execute("SET LOCAL ROLE nexy_derived")
            assert await administrator.fetchval("SELECT count(*) FROM code_chunks") == 1
            await administrator.execute("SELECT set_config('nexy.service', 'on', true)")
            assert await administrator.execute("UPDATE code_projects SET name = name") == "UPDATE 3"
            assert await administrator.execute("DELETE FROM code_vectors") == "DELETE 3"
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with administrator.transaction():
                    await administrator.fetch("SELECT FROM users")
    finally:
        await administrator.close()
