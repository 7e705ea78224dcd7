"""What the catalogue says of every table, view, function and role: nothing here is listed by hand."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from nexy.modules.database.protecting import weaknesses
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow
SYSTEM = "nspname !~ '^pg_' AND nspname <> 'information_schema'"
NOT_OF_AN_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend WHERE objid = {}.oid AND deptype = 'e')"


@pytest_asyncio.fixture
async def administrator(postgres: TestServer) -> AsyncIterator[Any]:
    async with new_database(postgres) as name:
        connection = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))
        try:
            yield connection
        finally:
            await connection.close()


async def test_every_table_of_a_person_enables_and_forces_row_level_security(administrator: Any) -> None:
    """Those with a user_id, those that refer to such a one, and those of the list; each with a policy."""
    rows = await administrator.fetch(f"""
        WITH RECURSIVE hers AS (
            SELECT attrelid AS id FROM pg_attribute WHERE attname IN ('user_id', 'project_id') AND NOT attisdropped
            UNION SELECT table_name::regclass FROM nexy_protection
            UNION SELECT conrelid FROM pg_constraint JOIN hers ON confrelid = hers.id
        )
        SELECT relname, relrowsecurity AND relforcerowsecurity AS forced,
               EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid) AS has_policy,
               EXISTS (SELECT FROM nexy_protection WHERE table_name = relname) AS listed
        FROM pg_class JOIN hers ON hers.id = pg_class.oid JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'p') AND {SYSTEM}""")
    assert len(rows) >= 20
    assert [row["relname"] for row in rows if not (row["forced"] and row["has_policy"] and row["listed"])] == []


async def test_every_policy_asks_who_it_is(administrator: Any) -> None:
    """No policy is true for everybody, and none checks less when it writes than when it reads.

    What is derived is written by the service alone, and read by whom its project says.
    """
    rows = await administrator.fetch("""
        SELECT polrelid::regclass::text AS name, polname, polcmd, pg_get_expr(polqual, polrelid) AS reads,
               pg_get_expr(polwithcheck, polrelid) AS writes, kind LIKE 'derived%' AS derived
        FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid JOIN nexy_protection ON table_name = relname""")
    assert len(rows) >= 34
    for row in rows:
        if row["polname"] == "nexy_visible_rows":
            assert row["derived"]
            assert row["polcmd"] == b"r"
            assert "nexy_current_user()" in row["reads"] or "IN ( SELECT code_projects.id" in row["reads"], dict(row)
            continue
        assert row["reads"] == row["writes"], dict(row)
        if row["derived"]:
            assert row["reads"] == "( SELECT nexy_is_service() AS nexy_is_service)", dict(row)
        else:
            assert any(who in row["reads"] for who in ("nexy_current_user()", "auth.uid()")), dict(row)


async def test_every_view_asks_as_its_reader(administrator: Any) -> None:
    """security_invoker on each view; nothing is materialised."""
    views = f"SELECT relkind, coalesce(reloptions::text, '') AS options FROM pg_class JOIN pg_namespace " \
            f"ON pg_namespace.oid = relnamespace WHERE relkind IN ('v', 'm') AND {SYSTEM} " \
            f"AND {NOT_OF_AN_EXTENSION.format('pg_class')}"  # fmt: skip
    for row in await administrator.fetch(views):
        assert row["relkind"] == b"v"
        assert "security_invoker=true" in row["options"]


async def test_who_serves_owns_nothing(administrator: Any) -> None:
    """No object of this database or of the server; none of them is stronger than another or a member of more."""
    roles = "('nexy_app', 'nexy_derived', 'anon', 'authenticated')"
    owned = f"SELECT * FROM pg_shdepend JOIN pg_roles ON oid = refobjid WHERE deptype = 'o' AND rolname IN {roles}"
    assert await administrator.fetch(owned) == []
    strong = f"SELECT rolname FROM pg_roles WHERE rolname IN {roles} AND (rolsuper OR rolbypassrls OR rolcreaterole " \
             "OR rolcreatedb OR rolreplication OR rolcanlogin AND rolname <> 'nexy_app')"  # fmt: skip
    assert await administrator.fetch(strong) == []
    rows = await administrator.fetch(f"""
        SELECT m.rolname AS member, r.rolname AS role, inherit_option AS inherits, admin_option AS gives
        FROM pg_auth_members JOIN pg_roles m ON m.oid = member JOIN pg_roles r ON r.oid = roleid
        WHERE m.rolname IN {roles}""")
    assert {tuple(row.values()) for row in rows} == {
        ("nexy_app", "anon", False, False), ("nexy_app", "authenticated", False, False),
    }  # fmt: skip


async def test_every_function_means_what_it_meant(administrator: Any) -> None:
    """Its search_path is pinned or its body was understood at once; the door's roles call none but auth's."""
    rows = await administrator.fetch(f"""
        SELECT p.oid::regprocedure::text AS name, nspname, prosecdef,
               prosqlbody IS NOT NULL OR coalesce(proconfig::text, '') LIKE '%search_path=pg_catalog, public, pg_temp%'
                   AS pinned,
               has_function_privilege('anon', p.oid, 'EXECUTE')
                   OR has_function_privilege('authenticated', p.oid, 'EXECUTE') AS for_rest
        FROM pg_proc AS p JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE {SYSTEM} AND {NOT_OF_AN_EXTENSION.format("p")}""")
    assert len(rows) >= 9
    assert [row["name"] for row in rows if not row["pinned"]] == []
    assert {row["name"] for row in rows if row["for_rest"]} == {"auth.uid()", "auth.role()"}
    assert [row["name"] for row in rows if row["prosecdef"] and row["for_rest"]] == []


# What a migration or an operator could do, and what `nexy db harden` must say of it.
SAID = {
    "CREATE TABLE diary (user_id uuid)": "row-level security on diary",
    "CREATE VIEW looks AS SELECT * FROM projects": "security_invoker on public.looks",
    "CREATE MATERIALIZED VIEW looks AS SELECT * FROM projects": "security_invoker on public.looks",
    "CREATE TABLE anything (id integer); ALTER TABLE anything OWNER TO nexy_app":
        "nexy_app owns nothing, and not (table,public,anything,public.anything)",
    "CREATE FUNCTION nexy_more() RETURNS integer LANGUAGE sql AS 'SELECT 1'": "a guarded function nexy_more()",
    "CREATE FUNCTION more() RETURNS integer SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'": "a guarded function more()",
    "GRANT SELECT ON users TO PUBLIC": "anon without SELECT on public.users",
    "GRANT TRUNCATE ON projects TO authenticated": "authenticated without TRUNCATE on public.projects",
}  # fmt: skip


@pytest.mark.parametrize("done", SAID)
async def test_a_weakness_is_said_by_name(administrator: Any, done: str) -> None:
    """On a sound database there is none."""
    assert await weaknesses(administrator, "nexy_app") == []
    await administrator.execute(done)
    assert SAID[done] in await weaknesses(administrator, "nexy_app")
