"""Putting the protections into force again, and proving each refusal by trying it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import asyncpg

from nexy.modules.database.attempts import Attempt, Guarded, by_the_app, by_the_owner
from nexy.modules.database.connecting import connect, disconnect
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.database")
_REFUSED = "42501"


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
    """Try everything that must be refused, as the owner, the app and in each of its roles; nothing is committed."""
    async with opened.as_owner() as owner:
        rows = await owner.fetch(_SQL["protected_tables"])
        tables = [Guarded(name=row["table_name"], kind=row["kind"], owner_column=row["owner_column"]) for row in rows]
        for row in rows:
            yield _flag(f"row-level security on {row['table_name']}", held=row["row_security"])
        for weakness in await weaknesses(owner, opened.app.user):
            yield _flag(weakness, held=False)
        for attempt in by_the_owner(tables):
            yield await _tried(owner, opened.owner.user, attempt)
    app = await connect(opened.app, opened.patience_seconds)
    try:
        for attempt in by_the_app(tables, opened.owner.user):
            yield await _tried(app, opened.app.user, attempt)
    finally:
        await disconnect(app, opened.patience_seconds)


async def weaknesses(connection: Any, app: str) -> list[str]:  # noqa: ANN401  an asyncpg connection
    """What the catalogue itself says against a database; empty when it is sound. `app` is the login that serves."""
    found = [f"row-level security on {row['table_name']}" for row in await connection.fetch(_SQL["unprotected_tables"])]
    found += [f"security_invoker on {row['name']}" for row in await connection.fetch(_SQL["open_views"])]
    found += [f"a guarded function {row['name']}" for row in await connection.fetch(_SQL["open_functions"])]
    for row in await connection.fetch(_SQL["owned_by_callers"], app):
        found.append(f"{row['role']} owns nothing, and not {row['name']}")
    for row in await connection.fetch(_SQL["strange_grants"]):
        found.append(f"{row['role']} without {row['verbs']} on {row['name']}")
    return found


async def _tried(connection: Any, login: str, attempt: Attempt) -> Proof:  # noqa: ANN401
    transaction = connection.transaction()
    await transaction.start()
    try:
        if attempt.role:
            await connection.execute(f"SET LOCAL ROLE {attempt.role}")
        outcome = await _outcome(connection, attempt.statement)
    finally:
        await transaction.rollback()
    who = f"{login} as {attempt.role}" if attempt.role else login
    return Proof(login=who, attempt=attempt.statement, refused=outcome == _REFUSED, outcome=outcome)


async def _outcome(connection: Any, statement: str) -> str:  # noqa: ANN401
    try:
        await connection.execute(statement)
    except asyncpg.PostgresError as problem:
        return problem.sqlstate or type(problem).__name__
    return "it passed"


def _flag(what: str, *, held: bool) -> Proof:
    return Proof(login="", attempt=what, refused=held, outcome="on" if held else "off")
