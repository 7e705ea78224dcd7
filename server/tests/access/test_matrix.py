"""Nobody reaches another's row, by any verb on anything that the catalogue knows, in any role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
import pytest

from access.matrix import Matrix, run
from access.stage import Stage, stage_on
from nexy.contracts.database import SERVICE
from nexy.modules.database.module import DatabaseModule
from support.postgres import TestServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
OWNED = {"public.projects", "public.code_snippets"}


@asynccontextmanager
async def staged(database: DatabaseModule, postgres: TestServer, damage: str = "SELECT 1") -> AsyncIterator[Stage]:
    async with database.transaction(SERVICE) as transaction:
        name = str((await transaction.fetch("SELECT current_database()::text AS name"))[0]["name"])
    administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))  # type: ignore[arg-type]
    try:
        await administrator.execute(damage)
        async with stage_on(database, administrator) as stage:
            yield stage
    finally:
        await administrator.close()


async def test_no_foreign_row_is_read_changed_or_removed(database: DatabaseModule, postgres: TestServer) -> None:
    """0 foreign rows; every table is tried by each verb, each person has a row in each, and her own verbs work."""
    async with staged(database, postgres) as stage:
        owned = [table.name for table in stage.catalogue.tables if table.owner_column]
        matrix = await run(stage)
    assert matrix.foreign == []
    for person in stage.persons:
        assert set(person.rows) == set(owned)
    for table in owned:
        for verb in ("SELECT", "INSERT", "UPDATE", "UPSERT", "DELETE", "TRUNCATE"):
            assert matrix.cells["nexy_app as a person", table, verb].tried >= 2, (table, verb)
        assert matrix.cells["nexy_app as a person", table, "SELECT"].own >= 2, table
        assert matrix.cells["nexy_app as a person", table, "DELETE"].passed == 0, table
        for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            mine = matrix.cells["authenticated as a person", table, verb]
            assert (mine.own >= 2) == (table in OWNED), (table, verb)
            assert mine.passed == 0 or table in OWNED
            assert matrix.cells["anon as a person", table, verb].passed == 0 or (table in OWNED and verb == "SELECT")
            assert matrix.cells["anon as nobody", table, verb].own == 0, (table, verb)
            assert matrix.cells["authenticated as nobody", table, verb].own == 0, (table, verb)


DIARY = "CREATE TABLE diary (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, page text NOT NULL);"
ROWS = "GRANT SELECT, INSERT, UPDATE, DELETE ON diary TO authenticated;"
LOCKED = f"{DIARY}{ROWS} ALTER TABLE diary ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
# What a careless migration could bring, and where the matrix must show it.
CARELESS = {
    "a table without row-level security": (
        DIARY + ROWS, "public.diary", {"SELECT", "UPDATE", "UPSERT", "DELETE", "INSERT"},
    ),
    "a policy for reading only in name": (
        LOCKED + "CREATE POLICY p ON diary USING (true) WITH CHECK (user_id = auth.uid())", "public.diary",
        {"SELECT", "UPDATE", "DELETE", "UPSERT"},
    ),
    "a policy that lets rows be given away": (
        LOCKED + "CREATE POLICY p ON diary USING (user_id = auth.uid()) WITH CHECK (true)", "public.diary",
        {"INSERT", "UPDATE"},
    ),
    "a view with its maker's rights": (
        "CREATE VIEW looks AS SELECT * FROM projects; GRANT SELECT, DELETE ON looks TO authenticated",
        "public.looks", {"SELECT", "DELETE"},
    ),
    "a function with its maker's rights": (
        "CREATE FUNCTION tells() RETURNS SETOF text SECURITY DEFINER LANGUAGE sql AS 'SELECT p::text FROM projects p'",
        "tells()", {"CALL"},
    ),
    "a rubber truncate": (
        "GRANT TRUNCATE ON projects, code_snippets TO authenticated; DROP TRIGGER nexy_no_truncate ON projects; "
        "DROP TRIGGER nexy_no_truncate ON code_snippets", "public.projects", {"TRUNCATE"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("careless", CARELESS)
async def test_a_careless_migration_is_seen_at_once(
    database: DatabaseModule, postgres: TestServer, careless: str
) -> None:
    """Nobody listed the new table, view or function here: the catalogue did, and each leaking verb is named."""
    damage, target, verbs = CARELESS[careless]
    async with staged(database, postgres, damage) as stage:
        matrix = await _only(stage, target)
    assert {verb for caller, _, verb in matrix.foreign if caller == "authenticated as a person"} >= verbs
    assert "FOREIGN" in "\n".join(matrix.lines())


async def test_a_careful_one_passes(database: DatabaseModule, postgres: TestServer) -> None:
    """The same table with a policy for both directions, and a view that asks as its reader."""
    careful = LOCKED + ("CREATE POLICY p ON diary USING (user_id = auth.uid()); "
                        "CREATE VIEW looks WITH (security_invoker) AS SELECT * FROM diary; "
                        "GRANT SELECT, UPDATE, DELETE ON looks TO authenticated")  # fmt: skip
    async with staged(database, postgres, careful) as stage:
        matrix = await _only(stage, "public.diary", "public.looks")
    assert matrix.foreign == []
    for target in ("public.diary", "public.looks"):
        assert matrix.cells["authenticated as a person", target, "SELECT"].own >= 2


async def _only(stage: Stage, *targets: str) -> Matrix:
    """The matrix of these targets; what is compared is every table all the same."""
    await stage.foreign_rows(stage.persons[0])
    stage.catalogue = replace(
        stage.catalogue,
        relations=[relation for relation in stage.catalogue.relations if relation.name in targets],
        functions=[function for function in stage.catalogue.functions if function.signature in targets],
    )
    return await run(stage)
