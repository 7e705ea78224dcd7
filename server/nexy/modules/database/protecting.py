"""Putting the protections into force again, and proving each refusal by trying it."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from nexy.modules.database.connecting import connect, disconnect
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database")
_REFUSED = "42501"
# What the app must not be able to do to a table, and what it must not be able to do at all.
_TO_A_TABLE = (
    "DELETE FROM {}",
    "TRUNCATE {} CASCADE",
    "ALTER TABLE {} ADD COLUMN probe integer",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE TRIGGER nexy_no_delete",
    "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    "DROP POLICY nexy_own_rows ON {}",
    "DROP TABLE {} CASCADE",
)
_TO_THE_LEDGER = ("UPDATE {} SET user_id = user_id",)
_AT_ALL = (
    "CREATE TABLE nexy_probe (id integer)",
    "CREATE TEMPORARY TABLE nexy_probe (id integer)",
    "CREATE SCHEMA nexy_probe",
    "CREATE FUNCTION nexy_probe() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE nexy_probe",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "SET LOCAL session_replication_role = replica",
    "SELECT nexy_protect()",
    "INSERT INTO nexy_protection (table_name, kind) VALUES ('probe', 'kept')",
    "DELETE FROM nexy_protection",
    "DELETE FROM schema_migrations",
    "CREATE OR REPLACE FUNCTION nexy_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
)
# The triggers hold even for the owner, who has every grant.
_BY_THE_OWNER = ("DELETE FROM {}", "TRUNCATE {} CASCADE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One attempt: by whom, what, and whether it was refused as it must be (SQLSTATE 42501)."""

    login: str
    attempt: str
    refused: bool
    outcome: str


async def harden(opened: OpenDatabase) -> None:
    """Grants, guards and row-level security as the code says; changes nothing that is already so."""
    async with opened.as_owner() as connection, connection.transaction():
        await connection.execute(_SQL["protect"])


async def proofs(opened: OpenDatabase) -> AsyncGenerator[Proof, None]:
    """Try everything that must be refused, as the app and as the owner; nothing of it is ever committed."""
    async with opened.as_owner() as owner:
        tables = await owner.fetch(_SQL["protected_tables"])
        for row in tables:
            yield _flag(f"row-level security on {row['table_name']}", held=row["row_security"])
        for row in await owner.fetch(_SQL["unprotected_tables"]):
            yield _flag(f"row-level security on {row['table_name']}", held=False)
        for row in tables:
            for attempt in _BY_THE_OWNER:
                yield await _tried(owner, opened.owner.user, attempt.format(row["table_name"]))
    app = await connect(opened.app, opened.patience_seconds)
    try:
        for attempt in _as_the_app(tables, opened.owner.user):
            yield await _tried(app, opened.app.user, attempt)
    finally:
        await disconnect(app, opened.patience_seconds)


def _as_the_app(tables: Sequence[Any], owner: str) -> list[str]:
    attempts = list(_AT_ALL)
    attempts.append('SET LOCAL ROLE "{}"'.format(owner.replace('"', '""')))
    for row in tables:
        name = row["table_name"]
        attempts += [form.format(name) for form in _TO_A_TABLE]
        if row["kind"] == "ledger":
            attempts += [form.format(name) for form in _TO_THE_LEDGER]
    return attempts


async def _tried(connection: Any, login: str, attempt: str) -> Proof:  # noqa: ANN401  an asyncpg connection
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(attempt)
        outcome = "it passed"
    except asyncpg.PostgresError as problem:
        outcome = problem.sqlstate or type(problem).__name__
    finally:
        await transaction.rollback()
    return Proof(login=login, attempt=attempt, refused=outcome == _REFUSED, outcome=outcome)


def _flag(what: str, *, held: bool) -> Proof:
    return Proof(login="", attempt=what, refused=held, outcome="on" if held else "off")
