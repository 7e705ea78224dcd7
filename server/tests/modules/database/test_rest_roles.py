"""The roles of the REST door: taken for one transaction, with no right but to a person's own rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from nexy.contracts.access import Role
from nexy.contracts.database import SERVICE, Claims, StatementRefused
from nexy.contracts.errors import PermissionDenied, ValidationFailed
from nexy.modules.database.module import DatabaseModule
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.database.protecting import harden, proofs
from support.peers import FakePeers
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow
INSERT_PROJECT = "INSERT INTO projects (user_id, name) VALUES ($1, $2) RETURNING id"
INSERT_SNIPPET = "INSERT INTO code_snippets (project_id, title) VALUES ($1, 'mine')"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Two persons with a project each."""

    database: DatabaseModule
    ann: Claims
    bob: Claims
    anns: UUID
    bobs: UUID


def claims_of(person: UUID) -> Claims:
    return Claims(user_id=str(person), role=Role.AUTHENTICATED)


@pytest_asyncio.fixture
async def house(database: DatabaseModule) -> AsyncIterator[House]:
    ann, bob = uuid4(), uuid4()
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute("INSERT INTO users (id) VALUES ($1), ($2)", ann, bob)
        projects = [UUID(str((await transaction.fetch(INSERT_PROJECT, who, "secret"))[0]["id"])) for who in (ann, bob)]
    yield House(database=database, ann=claims_of(ann), bob=claims_of(bob), anns=projects[0], bobs=projects[1])


async def rows(house: House, claims: Claims, query: str, *values: object) -> list[dict[str, object]]:
    async with house.database.transaction(claims) as transaction:
        return [dict(row) for row in await transaction.fetch(query, *values)]


async def refused(house: House, claims: Claims, query: str, *values: object) -> StatementRefused:
    with pytest.raises(StatementRefused) as problem:
        async with house.database.transaction(claims) as transaction:
            await transaction.execute(query, *values)
    return problem.value


async def test_a_transaction_is_its_role_and_its_person(house: House) -> None:
    """auth.uid() and auth.role() say who asks; the next transaction is the app again."""
    query = "SELECT auth.uid()::text AS who, auth.role() AS role, current_user::text AS really"
    assert await rows(house, house.ann, query) == [
        {"who": house.ann.user_id, "role": "authenticated", "really": "authenticated"}
    ]
    assert await rows(house, Claims(role=Role.ANON), query) == [{"who": None, "role": "anon", "really": "anon"}]
    assert await rows(house, Claims(), query) == [{"who": None, "role": "nexy_app", "really": "nexy_app"}]


@pytest.mark.parametrize("claims", [Claims(role="nexy_owner"), Claims(role="postgres"), Claims(role="none"),
                                    Claims(role="anon", service=True)])  # fmt: skip
async def test_no_other_role_can_be_claimed(house: House, claims: Claims) -> None:
    """Nor one together with every row."""
    with pytest.raises(ValidationFailed):
        await rows(house, claims, "SELECT 1")


async def test_the_app_has_none_of_their_rights(house: House) -> None:
    """It reads and writes a project, and cannot delete one, not even with every row in sight."""
    for claims in (SERVICE, Claims(user_id=house.ann.user_id)):
        for table in ("projects", "code_snippets"):
            with pytest.raises(PermissionDenied):
                await rows(house, claims, f"DELETE FROM {table}")
    assert len(await rows(house, SERVICE, "SELECT id FROM projects")) == 2


async def test_a_person_deletes_her_own_and_her_snippets_stay(house: House) -> None:
    """DELETE of everything takes her row alone; what belonged to her project belongs to none from now on."""
    async with house.database.transaction(house.ann) as transaction:
        await transaction.execute(INSERT_SNIPPET, house.anns)
        assert await transaction.execute("DELETE FROM projects") == 1
    assert await rows(house, house.ann, "SELECT project_id FROM code_snippets") == [{"project_id": None}]
    assert await rows(house, SERVICE, "SELECT id FROM projects") == [{"id": house.bobs}]


async def test_no_row_changes_hands(house: House) -> None:
    """Neither written in another's name nor moved to her: 42501, whether she exists or not."""
    for stranger in (UUID(house.bob.user_id), uuid4()):
        for query in (INSERT_PROJECT, "UPDATE projects SET user_id = $1, name = $2"):
            problem = await refused(house, house.ann, query, stranger, "taken")
            assert problem.sqlstate == "42501"
            assert 'violates row-level security policy for table "projects"' in problem.message
    assert await rows(house, house.bob, "SELECT name FROM projects") == [{"name": "secret"}]


async def test_a_foreign_key_tells_nothing_of_anothers_project(house: House) -> None:
    """Bob's project and one that nobody has are refused in the same words."""
    found = [await refused(house, house.ann, INSERT_SNIPPET, project) for project in (house.bobs, uuid4())]
    told = [(one.sqlstate, one.message, one.details, one.hint, one.constraint) for one in found]
    assert told[0] == told[1]
    assert told[0][0] == "23503"
    assert str(house.bobs) not in str(told)


async def test_a_filter_never_meets_anothers_row(house: House) -> None:
    """A condition that would fail on Bob's row does not: it is asked of Ann's rows only."""
    trap = "SELECT 1 AS seen FROM projects WHERE 1 / CASE WHEN id = $1 THEN 0 ELSE 1 END = 1"
    assert await rows(house, house.ann, trap, house.bobs) == [{"seen": 1}]
    assert (await refused(house, house.ann, trap, house.anns)).sqlstate == "22012"


async def test_the_planners_statistics_tell_nothing(house: House, postgres: TestServer) -> None:
    """Its most common values are values of rows: neither the door's roles nor the app see them."""
    name = (await rows(house, SERVICE, "SELECT current_database()::text AS name"))[0]["name"]
    administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, str(name)))
    await administrator.execute("ANALYZE")
    kept = "SELECT count(*) AS kept FROM pg_stats WHERE tablename = 'projects'"
    assert await administrator.fetchval(kept) > 0
    await administrator.close()
    for claims in (house.ann, Claims(role=Role.ANON), Claims(user_id=house.ann.user_id), SERVICE):
        assert await rows(house, claims, kept) == [{"kept": 0}]


async def test_a_taken_id_cannot_be_taken_over(house: House) -> None:
    """Whoever writes Bob's id gets 23505, and with ON CONFLICT DO UPDATE 42501; his row stays."""
    insert = "INSERT INTO projects (id, name) VALUES ($1, 'mine')"
    found = await refused(house, house.ann, insert, house.bobs)
    assert (found.sqlstate, found.constraint, found.details) == ("23505", "projects_pkey", None)
    upsert = f"{insert} ON CONFLICT (id) DO UPDATE SET name = excluded.name"
    assert (await refused(house, house.ann, upsert, house.bobs)).sqlstate == "42501"
    assert await rows(house, house.bob, "SELECT name FROM projects") == [{"name": "secret"}]


REFUSALS = {
    "22P02": "SELECT 'no uuid'::uuid",
    "22003": "SELECT 1e10::float8::integer",
    "23502": "INSERT INTO projects (description) VALUES ('no name')",
    "42P01": "SELECT * FROM nowhere",
    "42703": "SELECT nothing FROM projects",
    "42883": "SELECT nothing()",
    "42501": "SELECT * FROM users",
    "42601": "SELEKT",
}


@pytest.mark.parametrize("state", REFUSALS)
async def test_a_refusal_has_its_sqlstate(house: House, state: str) -> None:
    """In a role of the REST door PostgreSQL's own words come out; in none they stay inside."""
    found = await refused(house, house.ann, REFUSALS[state])
    assert found.sqlstate == state
    with pytest.raises(Exception, match=r"^the database") as inside:
        await rows(house, Claims(user_id=str(uuid4())), REFUSALS[state] + (" LIMIT 'x'" if state == "42501" else ""))
    assert not isinstance(inside.value, StatementRefused)


async def test_a_statement_of_the_door_has_its_own_time(postgres: TestServer) -> None:
    """57014 after the configured time, which is never more than that of everybody; the others keep theirs."""
    async with new_database(postgres) as name:
        for everybody, rest, expected in ((10, 0.05, "50ms"), (0.1, 5, "100ms")):
            settings = {"statement_timeout_seconds": everybody, "rest_statement_timeout_seconds": rest}
            module = DatabaseModule()
            await module.initialize(postgres.section(name, max_connections=1, **settings), FakePeers())
            with pytest.raises(StatementRefused) as problem:
                async with module.transaction(Claims(role=Role.ANON)) as transaction:
                    assert (await transaction.fetch("SHOW statement_timeout"))[0]["statement_timeout"] == expected
                    await transaction.fetch("SELECT pg_sleep(5)")
            assert problem.value.sqlstate == "57014"
            async with module.transaction(SERVICE) as transaction:
                found = (await transaction.fetch("SHOW statement_timeout"))[0]["statement_timeout"]
                assert found == ("10s" if everybody == 10 else "100ms")
            await module.cleanup()


async def test_what_the_roles_can_see_of_the_house(house: House) -> None:
    """By information_schema no table but two and no function but two, of no schema else."""
    tables = (
        "SELECT DISTINCT table_schema || '.' || table_name AS name FROM information_schema.{} WHERE table_schema {}"
    )
    ours = "NOT IN ('pg_catalog', 'information_schema')"
    for claims in (house.ann, Claims(role=Role.ANON)):
        for view in ("tables", "columns"):
            seen = await rows(house, claims, tables.format(view, ours))
            assert {row["name"] for row in seen} == {"public.projects", "public.code_snippets"}
        seen = await rows(house, claims, "SELECT routine_schema || '.' || routine_name AS name "
                          f"FROM information_schema.routines WHERE routine_schema {ours} AND routine_schema <> 'x' "
                          "AND routine_name !~ '^(vector|halfvec|sparsevec|array_to|l[12]|inner|cosine|hamming|jaccard|"
                          "binary|subvector|hnsw|ivfflat|avg|sum|.*accum.*|.*combine.*)'")  # fmt: skip
        assert {row["name"] for row in seen} == {"auth.uid", "auth.role"}
        queries = await rows(house, claims, "SELECT DISTINCT query FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        assert {row["query"] for row in queries} <= {"<insufficient privilege>", None, ""}


async def test_a_membership_that_inherits_is_found_and_mended(postgres: TestServer) -> None:
    """The start refuses the app's login, the proof names what passes, and `harden` takes it back."""
    async with new_database(postgres) as name:
        owner = await asyncpg.connect(**postgres.login(postgres.owner, name))
        opened = OpenDatabase(postgres.section(name))
        await opened.open()
        try:
            await owner.execute("GRANT authenticated TO nexy_app WITH INHERIT TRUE")
            with pytest.raises(Exception, match="nexy_app has the rights of authenticated at all times"):
                await opened.bring_up()
            passed = {proof.attempt async for proof in proofs(opened) if not proof.refused}
            assert "DELETE FROM projects" in passed
        finally:
            await harden(opened)
            await owner.close()
        await opened.bring_up()
        assert [proof async for proof in proofs(opened) if not proof.refused] == []
