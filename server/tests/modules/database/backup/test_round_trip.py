"""What was backed up comes back: every row, every protection, from every older schema."""

from pathlib import Path

import asyncpg
import pytest

from nexy.modules.database.backup.drilling import drill, drills
from nexy.modules.database.backup.proving import current_figures
from nexy.modules.database.backup.restoring import accept, restore
from nexy.modules.database.backup.shelf import Shelf
from nexy.modules.database.backup.steps import silent
from nexy.modules.database.backup.taking import take
from nexy.modules.database.migrating import migrate
from nexy.modules.database.migration_files import packaged_migrations
from nexy.modules.database.opening import OpenDatabase
from nexy.utils.supervisor import TaskSupervisor
from support.backups import content_of, databases, empty, filled, run, taken
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow


async def test_backup_drop_restore_drill(postgres: TestServer, tmp_path: Path) -> None:
    """The database is dropped, restored row by row as it was, protected, and the drill agrees."""
    async with filled(postgres) as opened:
        before = await content_of(postgres, opened.owner.database)
        backup = await taken(opened, tmp_path)
    async with empty(postgres) as target:
        restored = await restore(target, await accept(backup.folder))
        assert await content_of(postgres, target.owner.database) == before
        assert sum(map(len, before.values())) == backup.manifest.rows > 1200
        assert restored.outcome.sound
        assert restored.outcome.proven > 150
        assert restored.kept == ""
        names = await databases(postgres)
        found = await drill(target, backup.folder)
        assert (found.passed, found.problem, found.tables) == (True, "", backup.manifest.tables)
        assert await databases(postgres) == names
    assert [(one.made_at, one.passed, list(one.tables)) for one in drills(tmp_path)] == [
        (found.made_at, True, list(found.tables))
    ]


async def test_the_checksum_depends_on_content_alone(postgres: TestServer) -> None:
    """Neither the order on the disk nor settings of the database change it; the smallest change of one value does."""
    async with filled(postgres) as opened:
        name = opened.owner.database
        one = await current_figures(opened, silent)
        await run(postgres, name, "UPDATE commands SET prompt = prompt")
        await run(postgres, name, "VACUUM FULL commands")
        settings = {"datestyle": "German", "timezone": "'Asia/Tokyo'", "extra_float_digits": "-15"}
        for key, value in settings.items():
            await run(postgres, name, f"ALTER DATABASE {name} SET {key} = {value}")
        assert await current_figures(opened, silent) == one
        one_row = "(SELECT min(ctid) FROM performance_metrics WHERE value = 5e-324)"
        await run(postgres, name, f"UPDATE performance_metrics SET value = 1e-323 WHERE ctid = {one_row}")
        other = await current_figures(opened, silent)
    assert [a.name for a, b in zip(one, other, strict=True) if a != b] == ["public.performance_metrics"]


async def test_a_backup_is_of_one_moment(postgres: TestServer, tmp_path: Path) -> None:
    """Rows that are committed while it is taken are in neither its counts nor its dump."""
    async with filled(postgres) as opened:
        rows = len((await content_of(postgres, opened.owner.database))["users"])
        writer = await asyncpg.connect(**postgres.login(postgres.server.administrator, opened.owner.database))
        supervisor = TaskSupervisor("test")
        seen: list[str] = []

        def told(step: str, share: float) -> None:
            # After the snapshot; the tables are in alphabetical order, so users is the last.
            if step not in seen:
                seen.append(step)
                supervisor.spawn(writer.execute("INSERT INTO users (id) SELECT gen_random_uuid()"))

        shelf = Shelf(tmp_path)
        with shelf.locked():
            backup = await take(opened, shelf, told)
        await supervisor.finish(5)
        await supervisor.cleanup()
        await writer.close()
        assert {table.name: table.rows for table in backup.manifest.tables}["public.users"] == rows
        assert len((await content_of(postgres, opened.owner.database))["users"]) == rows + len(seen)
        assert (await drill(opened, backup.folder)).passed


@pytest.mark.parametrize("version", [step.version for step in packaged_migrations()[:-1]])
async def test_a_dump_of_an_older_migration_restores_and_migrates_forward(
    postgres: TestServer, tmp_path: Path, version: int
) -> None:
    """From every older schema: the rows are there, the schema is this code's, everything is refused that must be."""
    async with new_database(postgres, empty=True) as name, empty(postgres) as target:
        old = OpenDatabase(postgres.section(name))
        await old.open()
        async with old.as_owner() as connection:
            await migrate(connection, packaged_migrations()[:version])
        await run(postgres, name, "INSERT INTO users (id) SELECT gen_random_uuid() FROM generate_series(1, 7)")
        backup = await taken(old, tmp_path)
        assert backup.manifest.schema_version == version
        restored = await restore(target, await accept(backup.folder))
        assert len(restored.outcome.applied) == len(packaged_migrations()) - version
        assert restored.outcome.sound
        assert len((await content_of(postgres, target.owner.database))["users"]) == 7
