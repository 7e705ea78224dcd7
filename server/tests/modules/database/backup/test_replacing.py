"""Databases beside the real one: put in its place when proven, never left behind."""

import asyncio
from pathlib import Path

import pytest

from nexy.modules.database.backup.drilling import drill
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.restoring import accept, restore
from nexy.modules.database.backup.workshop import short, workshop
from nexy.modules.database.module import DatabaseModule
from support.backups import MOMENT, content_of, databases, filled, run, taken
from support.peers import FakePeers
from support.postgres import TestServer

pytestmark = pytest.mark.slow


async def test_the_new_database_takes_the_name_and_the_old_one_is_kept(postgres: TestServer, tmp_path: Path) -> None:
    """Both are whole afterwards, and the module starts on the new one as if nothing had been."""
    async with filled(postgres) as opened:
        name = opened.owner.database
        then = await content_of(postgres, name)
        backup = await accept((await taken(opened, tmp_path)).folder)
        await run(postgres, name, "UPDATE users SET display_name = 'later'")
        later = await content_of(postgres, name)
        restored = await restore(opened, backup, replace=True, moment=MOMENT)
        try:
            assert restored.kept == f"{name}_before_20261121t101500z"
            assert await content_of(postgres, name) == then
            assert await content_of(postgres, restored.kept) == later
            module = DatabaseModule()
            await module.initialize(postgres.section(name), FakePeers())
            await module.cleanup()
        finally:
            await run(postgres, "postgres", f"DROP DATABASE {restored.kept}")


async def test_what_a_killed_drill_left_is_dropped_by_the_next(postgres: TestServer, tmp_path: Path) -> None:
    """And nothing else that only looks a little like it."""
    async with filled(postgres) as opened:
        backup = await taken(opened, tmp_path)
        names = await databases(postgres)
        prefix = f"{opened.owner.database}_work_"
        mine = {f"{prefix}20261121t101500z_3fa2b1", f"{prefix}mine"}
        for name in mine:
            await run(postgres, "postgres", f"CREATE DATABASE {name} OWNER nexy_owner")
        assert (await drill(opened, backup.folder)).passed
        assert await databases(postgres) == names | {f"{prefix}mine"}
        await run(postgres, "postgres", f"DROP DATABASE {prefix}mine")


async def test_a_cancelled_drill_leaves_no_database(postgres: TestServer, tmp_path: Path) -> None:
    """Ctrl-C in the middle of the load."""
    async with filled(postgres) as opened:
        backup = await taken(opened, tmp_path)
        names = await databases(postgres)
        running = asyncio.current_task()
        assert running is not None

        def told(step: str, share: float) -> None:
            if step == "load":
                running.cancel()

        with pytest.raises(asyncio.CancelledError):
            await drill(opened, backup.folder, told)
        running.uncancel()
        assert await databases(postgres) == names


async def test_one_restore_or_drill_at_a_time(postgres: TestServer, tmp_path: Path) -> None:
    """The second is refused, and drops nothing of the first."""
    async with filled(postgres) as opened:
        backup = await taken(opened, tmp_path)
        async with workshop(opened) as place, place.database() as beside:
            with pytest.raises(BackupRefused, match="is under way"):
                await drill(opened, backup.folder)
            assert beside.owner.database in await databases(postgres)
        assert beside.owner.database not in await databases(postgres)


async def test_a_new_database_is_of_the_same_kind(postgres: TestServer) -> None:
    """Encoding and collation are the real one's also where template1 has others."""
    kind = "SELECT encoding, datcollate, datctype, datlocprovider FROM pg_database WHERE datname = '{}'"
    make = (
        "CREATE DATABASE other_kind OWNER nexy_owner TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'UTF8'"
    )
    await run(postgres, "postgres", make)
    try:
        async with filled(postgres) as opened, workshop(opened.beside("other_kind")) as place, place.database() as made:
            found = [await run(postgres, "postgres", kind.format(name)) for name in ("other_kind", made.owner.database)]
        assert found[0] == found[1]
    finally:
        await run(postgres, "postgres", "DROP DATABASE other_kind")


@pytest.mark.parametrize(("name", "cut"), [("nexy", "nexy"), ("n" * 40, "n" * 30), ("ж" * 31, "ж" * 15)])
def test_long_names_are_cut_between_letters(name: str, cut: str) -> None:
    """PostgreSQL would cut them in silence, and two databases would be one."""
    assert short(name) == cut
