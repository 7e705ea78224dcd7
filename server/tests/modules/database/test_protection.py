"""Guards, grants and row-level security, table by table."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from nexy.contracts.database import SERVICE, Claims
from nexy.contracts.errors import PermissionDenied
from nexy.modules.database.module import DatabaseModule
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.database.protecting import harden, proofs
from nexy.utils.device_identity import hardware_hash
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow

DIGEST = "'0123456789abcdef'::bytea"
# One row of each table; $1 the person, $2 the device, $3 the session, command or other id.
ROWS = {
    "users": "INSERT INTO users (id) SELECT $1::uuid WHERE $2::text <> '' AND $3::uuid IS NOT NULL",
    "devices": "INSERT INTO devices (user_id, hardware_hash) SELECT $1, $2 WHERE $3::uuid IS NOT NULL",
    "sessions": "INSERT INTO sessions (user_id, hardware_hash, id) VALUES ($1, $2, $3)",
    "commands": "INSERT INTO commands (user_id, session_id, id) SELECT $1, $3, $3 WHERE $2::text <> ''",
    "llm_answers": "INSERT INTO llm_answers (user_id, id, outcome) SELECT $1, $3, 'complete' WHERE $2::text <> ''",
    "screenshots": "INSERT INTO screenshots (user_id, id, sha256, bytes, expires_at) SELECT $1, $3, $2, 1, now()",
    "performance_metrics": "INSERT INTO performance_metrics (user_id, id, name, value) SELECT $1, $3, $2, 1",
    "memory_facts": "INSERT INTO memory_facts (user_id, id, content) SELECT $1, $3, $2",
    "memory_short_term": "INSERT INTO memory_short_term (user_id, content) SELECT $1, $2 WHERE $3::uuid IS NOT NULL",
    "token_usage": "INSERT INTO token_usage (user_id, hardware_hash, key, source, model, input_tokens, output_tokens) "
    "VALUES ($1, $2, ($3::uuid)::text, 'main_llm', 'm', 1, 1)",
    "quota_usage": "INSERT INTO quota_usage (user_id, period, starts_on) "
    "SELECT $1, 'day', now() WHERE $2::text <> '' AND $3::uuid IS NOT NULL",
    "subscriptions": "INSERT INTO subscriptions (user_id, plan, id, state) VALUES ($1, $2, $3, 'x')",
    "subscription_events": "INSERT INTO subscription_events (user_id, kind, id, body) "
    "VALUES ($1, $2, ($3::uuid)::text, '{}')",
    "payments": "INSERT INTO payments (user_id, state, id, amount_minor, currency) "
    "VALUES ($1, $2, ($3::uuid)::text, 1, 'USD')",
    "auth_identities": "INSERT INTO auth_identities (user_id, email, id) VALUES ($1, $2, $3)",
    "auth_sessions": "INSERT INTO auth_sessions (user_id, id, not_after) SELECT $1, $3, now() WHERE $2::text <> ''",
    "auth_refresh_tokens": "INSERT INTO auth_refresh_tokens (user_id, hash, session_id) VALUES ($1, $2, $3)",
    "api_keys": "INSERT INTO api_keys (user_id, hash, id, name, beginning, scopes) VALUES ($1, $2, $3, 'n', 'b', '{}')",
    "projects": "INSERT INTO projects (user_id, name, id) VALUES ($1, $2, $3)",
    "code_snippets": "INSERT INTO code_snippets (user_id, title, project_id) VALUES ($1, $2, $3)",
    "code_projects": "INSERT INTO code_projects (user_id, name, source, id) VALUES ($1, $2, $2, $3)",
    "code_blobs": "INSERT INTO code_blobs (project_id, digest, language, version, chunks, forward) "
    f"SELECT $3, {DIGEST}, $2, 1, 1, '' WHERE $1::uuid IS NOT NULL",
    "code_chunks": "INSERT INTO code_chunks (project_id, digest, ordinal, kind, symbol, start_line, end_line, content) "
    f"SELECT $3, {DIGEST}, 0, 'text', $2, 1, 1, '' WHERE $1::uuid IS NOT NULL",
    "code_branches": "INSERT INTO code_branches (project_id, branch) SELECT $3, $2 WHERE $1::uuid IS NOT NULL",
    "code_files": "INSERT INTO code_files (project_id, branch, path, digest) "
    f"SELECT $3, $2, 'a', {DIGEST} WHERE $1::uuid IS NOT NULL",
    "code_vectors": "INSERT INTO code_vectors (project_id, digest, ordinal, model, vector) "
    f"SELECT $3, {DIGEST}, 0, $2, '' WHERE $1::uuid IS NOT NULL",
}
# A person's own, to delete as well.
OWNED = {"projects", "code_snippets"}
# Written by the service alone.
DERIVED = {"code_projects", "code_blobs", "code_chunks", "code_branches", "code_files", "code_vectors"}
OWNER_COLUMN = {"users": "id"} | dict.fromkeys(DERIVED - {"code_projects"}, "project_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    device: str
    item: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A database with one row of each of two persons in every table."""

    module: DatabaseModule
    mine: Person
    theirs: Person


@pytest_asyncio.fixture
async def filled(database: DatabaseModule) -> AsyncIterator[Filled]:
    persons = [Person(id=uuid4(), device=hardware_hash(str(number)), item=uuid4()) for number in range(2)]
    async with database.transaction(SERVICE) as transaction:
        for query in ROWS.values():
            for person in persons:
                assert await transaction.execute(query, person.id, person.device, person.item) == 1
    yield Filled(module=database, mine=persons[0], theirs=persons[1])


async def test_every_table_of_a_person_is_tested_here(database: DatabaseModule) -> None:
    """A table that is added with a user_id, or to nexy_protection, needs its row in this file."""
    query = """SELECT table_name FROM nexy_protection UNION SELECT relname FROM pg_class JOIN pg_attribute
               ON attrelid = pg_class.oid AND attname = 'user_id' WHERE relkind = 'r'"""
    async with database.transaction(SERVICE) as transaction:
        assert {row["table_name"] for row in await transaction.fetch(query)} == set(ROWS)


async def test_a_person_sees_her_rows_and_no_other(filled: Filled) -> None:
    """In every table: one row for each person, two for the service, none without a claim."""
    for claims, persons in (
        (Claims(user_id=str(filled.mine.id)), [filled.mine]),
        (Claims(user_id=str(filled.theirs.id)), [filled.theirs]),
        (SERVICE, [filled.mine, filled.theirs]),
        (Claims(), []),
    ):
        async with filled.module.transaction(claims) as transaction:
            for table in ROWS:
                column = OWNER_COLUMN.get(table, "user_id")
                rows = await transaction.fetch(f"SELECT {column} AS owner FROM {table}")
                expected = {one.item if column == "project_id" else one.id for one in persons}
                assert {row["owner"] for row in rows} == expected, table


async def test_a_person_changes_no_row_of_another(filled: Filled) -> None:
    """An UPDATE of everything touches her own row only, of what is derived none; the ledger refuses it."""
    for table in ROWS:
        column = OWNER_COLUMN.get(table, "user_id")
        update = f"UPDATE {table} SET {column} = {column}"
        if table == "token_usage":
            with pytest.raises(PermissionDenied):
                async with filled.module.transaction(Claims(user_id=str(filled.mine.id))) as transaction:
                    await transaction.execute(update)
            continue
        async with filled.module.transaction(Claims(user_id=str(filled.mine.id))) as transaction:
            assert await transaction.execute(update) == (0 if table in DERIVED else 1), table


@pytest.mark.parametrize("table", ROWS)
async def test_a_person_writes_no_row_for_another(filled: Filled, table: str) -> None:
    """An INSERT in somebody else's name is refused in every table."""
    stranger = Person(id=filled.theirs.id if table != "users" else uuid4(), device="c" * 64, item=uuid4())
    with pytest.raises(PermissionDenied):
        async with filled.module.transaction(Claims(user_id=str(filled.mine.id))) as transaction:
            await transaction.execute(ROWS[table], stranger.id, stranger.device, stranger.item)


@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_nobody_deletes(filled: Filled, postgres: TestServer, verb: str) -> None:
    """App, owner and superuser are refused with SQLSTATE 42501 on every table, whatever the replication role.

    Only what is a person's own may be deleted, and by others than the app.
    """
    async with filled.module.transaction(SERVICE) as transaction:
        name = (await transaction.fetch("SELECT current_database()::text AS name"))[0]["name"]
    for address in (postgres.app, postgres.owner, postgres.server.administrator):
        connection = await asyncpg.connect(**postgres.login(address, str(name)))
        try:
            for table in ROWS:
                if table in OWNED and address is not postgres.app and verb.startswith("DELETE"):
                    continue
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(verb.format(table))
            if address is postgres.server.administrator:
                await connection.execute("SET session_replication_role = replica")
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(verb.format("users"))
        finally:
            await connection.close()


async def opened_on(postgres: TestServer, name: str) -> OpenDatabase:
    opened = OpenDatabase(postgres.section(name))
    await opened.open()
    return opened


async def test_every_refusal_is_proven(postgres: TestServer) -> None:
    """On a sound database each attempt on each table is refused."""
    async with new_database(postgres) as name:
        found = [proof async for proof in proofs(await opened_on(postgres, name))]
    assert [proof for proof in found if not proof.refused] == []
    assert len(found) > 600
    for table in ROWS:
        for who in ("nexy_app", "nexy_app as anon", "nexy_app as authenticated"):
            assert sum(table in proof.attempt and proof.login == who for proof in found) >= 9, (table, who)


# What an operator could do by mistake, and the attempt that must give it away.
WEAKENED = {
    "GRANT DELETE ON users TO nexy_app; ALTER TABLE users DISABLE TRIGGER nexy_no_delete": "DELETE FROM users",
    "ALTER TABLE payments DISABLE TRIGGER nexy_no_truncate": "TRUNCATE payments CASCADE",
    "GRANT UPDATE ON token_usage TO nexy_app": "UPDATE token_usage SET user_id = user_id",
    "ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY": "row-level security on sessions",
    "ALTER TABLE devices DISABLE ROW LEVEL SECURITY": "row-level security on devices",
    "GRANT CREATE ON SCHEMA public TO nexy_app": "CREATE TABLE nexy_probe (id integer)",
    "GRANT DELETE ON projects TO nexy_app": "DELETE FROM projects",
    "GRANT SELECT ON auth_identities TO authenticated": "authenticated without SELECT on public.auth_identities",
    "GRANT UPDATE ON projects TO anon": "UPDATE projects SET user_id = user_id",
    "ALTER POLICY nexy_rest_rows ON projects USING (true) WITH CHECK (true)": (
        "INSERT INTO projects (user_id) VALUES (gen_random_uuid())"
    ),
    "GRANT EXECUTE ON FUNCTION nexy_person_of(text) TO PUBLIC": "a guarded function nexy_person_of(text)",
    "ALTER FUNCTION nexy_refuse() RESET search_path": "a guarded function nexy_refuse()",
    "GRANT USAGE, CREATE ON SCHEMA auth TO PUBLIC": "CREATE TABLE auth.nexy_probe (id integer)",
}


@pytest.mark.parametrize("damage", WEAKENED)
async def test_each_weakness_is_found_and_mended(postgres: TestServer, damage: str) -> None:
    """The attempt that passes is named; after `harden` everything is refused again."""
    async with new_database(postgres) as name:
        administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))
        await administrator.execute(damage)
        await administrator.close()
        opened = await opened_on(postgres, name)
        passed = {proof.attempt async for proof in proofs(opened) if not proof.refused}
        await harden(opened)
        after = [proof async for proof in proofs(opened) if not proof.refused]
    assert WEAKENED[damage] in passed
    assert after == []


async def test_a_new_table_without_protection_is_found(postgres: TestServer) -> None:
    """A table with a user_id that nobody registered is named."""
    async with new_database(postgres) as name:
        owner = await asyncpg.connect(**postgres.login(postgres.owner, name))
        await owner.execute("CREATE TABLE diary (user_id uuid)")
        await owner.close()
        passed = [proof.attempt async for proof in proofs(await opened_on(postgres, name)) if not proof.refused]
    assert passed == ["row-level security on diary"]


async def test_the_module_serves_as_the_app_role(database: DatabaseModule) -> None:
    """Neither owner nor superuser: the role that owns nothing."""
    async with database.transaction(SERVICE) as transaction:
        rows = await transaction.fetch(
            "SELECT current_user::text AS role, rolsuper OR rolbypassrls OR rolcreaterole AS strong, "
            "(SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) AS owns "
            "FROM pg_roles WHERE rolname = current_user"
        )
    assert dict(rows[0]) == {"role": "nexy_app", "strong": False, "owns": 0}
