"""A filled database, a shelf, and what a database holds: for the tests of backups."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from nexy.modules.database.backup.manifest import DUMP, FORMAT, LEDGER, MANIFEST, SUMS, Manifest, TableFigures
from nexy.modules.database.backup.shelf import Shelf
from nexy.modules.database.backup.taking import Taken, take
from nexy.modules.database.migrating import Applied
from nexy.modules.database.opening import OpenDatabase
from support.postgres import TestServer, new_database

MOMENT = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)
# Whatever a row can hold that a careless dump or checksum would change.
FILL = r"""
INSERT INTO users (id, display_name) SELECT gen_random_uuid(), E'Аня \\ "\t\n' || n FROM generate_series(1, 20) AS n;
INSERT INTO devices (hardware_hash, user_id) SELECT encode(sha256(id::text::bytea), 'hex'), id FROM users;
INSERT INTO sessions (id, user_id, hardware_hash) SELECT gen_random_uuid(), user_id, hardware_hash FROM devices;
INSERT INTO commands (id, user_id, session_id, prompt)
    SELECT gen_random_uuid(), user_id, id, CASE n WHEN 1 THEN NULL WHEN 2 THEN '' ELSE repeat('слово \.', n) END
    FROM sessions, generate_series(1, 10) AS n;
INSERT INTO llm_answers (id, user_id, content, outcome, action)
    SELECT id, user_id, prompt, 'interrupted', '{"b": [1, 2.50, null], "a": "\\u00e9"}' FROM commands;
INSERT INTO performance_metrics (id, user_id, name, value)
    SELECT id, user_id, name, value FROM commands,
    (VALUES ('third', 1 / 3.0::float8), ('much', 'Infinity'), ('none', 'NaN'), ('tiny', 5e-324)) AS given (name, value);
INSERT INTO token_usage (key, user_id, hardware_hash, source, model, input_tokens, output_tokens, cost_usd)
    SELECT gen_random_uuid(), user_id, hardware_hash, 'main_llm', 'm', 9223372036854775807, n, n * 0.000000001
    FROM devices, generate_series(1, 5) AS n;
INSERT INTO auth_identities (user_id, email, password_hash, data)
    SELECT id, id || '@example.com', '$argon2id$v=19$x', '{"имя": 1e3}' FROM users;
INSERT INTO projects (user_id, name) SELECT id, E'Проект \\.\t' FROM users;
INSERT INTO code_snippets (user_id, project_id, code, analysis) SELECT user_id, id, E'\\x\r\n', 'null' FROM projects;
"""


@asynccontextmanager
async def filled(postgres: TestServer, fill: str = FILL) -> AsyncIterator[OpenDatabase]:
    """A migrated database with rows in it, opened."""
    async with new_database(postgres) as name:
        await run(postgres, name, fill)
        opened = OpenDatabase(postgres.section(name))
        await opened.open()
        yield opened


@asynccontextmanager
async def empty(postgres: TestServer) -> AsyncIterator[OpenDatabase]:
    """An empty database, opened."""
    async with new_database(postgres, empty=True) as name:
        opened = OpenDatabase(postgres.section(name))
        await opened.open()
        yield opened


async def run(postgres: TestServer, name: str, text: str) -> list[asyncpg.Record]:
    """SQL by the administrator, whom no row-level security holds."""
    connection = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))
    try:
        if text.lstrip().upper().startswith("SELECT"):
            found: list[asyncpg.Record] = await connection.fetch(text)
            return found
        await connection.execute(text)
        return []
    finally:
        await connection.close()


async def content_of(postgres: TestServer, name: str) -> dict[str, list[str]]:
    """Every row of every table as text, found out without the code under test."""
    tables = await run(postgres, name, "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'")
    return {
        row["name"]: sorted(
            one["text"] for one in await run(postgres, name, f'SELECT t::text AS text FROM "{row["name"]}" AS t')
        )
        for row in tables
    }


async def databases(postgres: TestServer) -> set[str]:
    """The names of all databases of the server."""
    return {row["name"] for row in await run(postgres, "postgres", "SELECT datname::text AS name FROM pg_database")}


async def taken(opened: OpenDatabase, folder: Path) -> Taken:
    """A backup on a shelf in this folder."""
    shelf = Shelf(folder)
    with shelf.locked():
        return await take(opened, shelf)


def reseal(folder: Path) -> None:
    """Write checksums that fit whatever is in the folder now, as somebody does who edits a backup."""
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (DUMP, MANIFEST)}
    (folder / SUMS).write_text("".join(f"{value}  {name}\n" for name, value in sums.items()), encoding="ascii")


def edit_manifest(folder: Path, **changes: object) -> None:
    """Change the manifest, and let the checksums fit."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | changes), encoding="utf-8")
    reseal(folder)


def shelve(folder: Path, name: str, made_at: datetime = MOMENT, dump: bytes = b"dump") -> Path:
    """A backup that is whole by its checksums; nobody could restore it."""
    place = folder / name
    place.mkdir(parents=True)
    (place / DUMP).write_bytes(dump)
    manifest = Manifest(
        format=FORMAT, name=name, made_at=made_at, nexy_version="0", server_version="18.4", dump_program="pg_dump",
        schema_version=1, migrations=[Applied(version=1, name="first", checksum="x", post=False)],
        tables=[TableFigures(name=LEDGER, rows=1, checksum="x")], dump_bytes=len(dump),
        dump_sha256=hashlib.sha256(dump).hexdigest(),
    )  # fmt: skip
    (place / MANIFEST).write_bytes(manifest.encode())
    reseal(place)
    return place
