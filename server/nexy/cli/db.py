"""`nexy db`: the database's state, its shell, its schema, its protections; its backups stand beside."""

import asyncio
import json
import os
from dataclasses import asdict
from typing import Annotated

import typer

from nexy.cli.db_backup import register
from nexy.cli.opened_database import opened_database
from nexy.cli.surroundings import Surroundings, told
from nexy.config.module_sections import database_section
from nexy.messages.catalogue import Catalogue
from nexy.modules.database.backup.programs import SEES_EVERY_ROW, client_program
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.database.overview import DatabaseOverview, overview
from nexy.modules.database.protecting import Proof, harden, proofs

db_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
register(db_app)
_MEBIBYTE = 1024 * 1024


@db_app.command("status", help=told("db.status_help"))
def status(as_json: Annotated[bool, typer.Option("--json", help=told("db.json_help"))] = False) -> None:
    """Print version, place, schema and sizes."""
    surroundings = Surroundings.read()

    async def look() -> DatabaseOverview:
        async with opened_database(surroundings) as opened:
            return await overview(opened)

    seen = asyncio.run(look())
    if as_json:
        print(json.dumps(asdict(seen), indent=2))
    else:
        _print_overview(seen, surroundings.words)


def _print_overview(seen: DatabaseOverview, words: Catalogue) -> None:
    rows = {
        "db.row_server": words.text(_kind(seen), version=seen.version),
        "db.row_address": seen.address,
        "db.row_data": words.text("db.moved" if seen.moved else "db.here", path=seen.data_folder),
        "db.row_vectors": words.text("db.vectors" if seen.vectors else "db.no_vectors"),
        "db.row_schema": _schema(seen, words),
        "db.row_size": f"{seen.bytes / _MEBIBYTE:.1f} MiB",
    }
    for key, value in rows.items():
        if seen.embedded or key != "db.row_data":
            print(f"{words.text(key):<10}{value}")
    for part in seen.tables:
        size = words.text("db.table_size", size=f"{part.bytes / 1024:.0f}", rows=part.rows)
        print(f"  {part.name:<22}{size}")


def _kind(seen: DatabaseOverview) -> str:
    return "db.embedded" if seen.embedded else "db.outside"


def _schema(seen: DatabaseOverview, words: Catalogue) -> str:
    told_of = f"{seen.schema_version:04}"
    if seen.pending:
        told_of += "; " + words.text("db.pending", steps=", ".join(seen.pending))
    if seen.pending_post:
        told_of += "; " + words.text("db.pending_post", steps=", ".join(seen.pending_post))
    return told_of


@db_app.command("migrate", help=told("db.migrate_help"))
def migrate(post: Annotated[bool, typer.Option("--post", help=told("db.post_help"))] = False) -> None:
    """Apply the migrations that are missing."""
    surroundings = Surroundings.read()

    async def apply() -> list[str]:
        async with opened_database(surroundings) as opened:
            return [f"{step.version:04} {step.name}" for step in await opened.bring_up(post=post)]

    applied = asyncio.run(apply())
    for step in applied:
        print(surroundings.words.text("db.applied", step=step))
    if not applied:
        print(surroundings.words.text("db.nothing_to_apply"))


@db_app.command("harden", help=told("db.harden_help"))
def harden_command(as_json: Annotated[bool, typer.Option("--json", help=told("db.json_help"))] = False) -> None:
    """Apply grants and guards again, then prove every refusal; exit code 1 when something was not refused."""
    surroundings = Surroundings.read()

    async def prove() -> list[Proof]:
        async with opened_database(surroundings) as opened:
            await opened.bring_up()
            await harden(opened)
            return [proof async for proof in proofs(opened)]

    found = asyncio.run(prove())
    passed = [proof for proof in found if not proof.refused]
    if as_json:
        print(json.dumps([asdict(proof) for proof in found], indent=2))
    else:
        _print_proofs(found, passed, surroundings.words)
    if passed:
        raise typer.Exit(1)


def _print_proofs(found: list[Proof], passed: list[Proof], words: Catalogue) -> None:
    for proof in found:
        key = "db.refused" if proof.refused else "db.not_refused"
        print(words.text(key, login=proof.login or "-", attempt=proof.attempt, outcome=proof.outcome))
    if passed:
        print(words.text("db.unprotected", count=len(passed), total=len(found)))
    else:
        print(words.text("db.protected", total=len(found)))


@db_app.command(
    "psql", help=told("db.psql_help"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def psql(
    context: typer.Context,
    owner: Annotated[bool, typer.Option("--owner", help=told("db.owner_help"))] = False,
) -> None:
    """Become psql, entered as the app (or the owner); further arguments are psql's own."""
    surroundings = Surroundings.read()
    opened = OpenDatabase(database_section(surroundings.config))
    asyncio.run(_ready_for_shell(opened))
    address = opened.owner if owner else opened.app
    environment = {**os.environ, **address.environment(), "PGOPTIONS": SEES_EVERY_ROW}
    program = client_program("psql")
    if opened.supervisor is not None:
        opened.supervisor.bequeath()
    os.execve(program, [program, *context.args], environment)  # noqa: S606  no shell is meant


async def _ready_for_shell(opened: OpenDatabase) -> None:
    ready = False
    try:
        await opened.open()
        await opened.bring_up()
        ready = True
    finally:
        if not ready:
            await opened.close()
