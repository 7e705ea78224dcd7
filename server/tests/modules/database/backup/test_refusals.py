"""What is refused is refused before anything is touched."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from nexy.modules.database.backup.drilling import drill, drills
from nexy.modules.database.backup.manifest import DUMP, MANIFEST, SUMS
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.restoring import accept, restore
from nexy.modules.database.backup.verifying import verify
from support.backups import content_of, databases, edit_manifest, empty, filled, run, taken
from support.postgres import TestServer

pytestmark = pytest.mark.slow


def flip(file: Path, share: float) -> None:
    """Change one bit at this place of the file."""
    content = bytearray(file.read_bytes())
    content[min(int(len(content) * share), len(content) - 1)] ^= 1
    file.write_bytes(content)


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


DAMAGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    **{
        f"{name} at {share}": (lambda folder, name=name, share=share: flip(folder / name, share), {"corrupt"})
        for name in (DUMP, MANIFEST, SUMS)
        for share in (0.0, 0.11, 0.37, 0.73, 1.0)
    },
    "dump cut": (lambda folder: shorten(folder / DUMP), {"corrupt"}),
    "dump empty": (lambda folder: (folder / DUMP).write_bytes(b""), {"corrupt"}),
    "dump gone": (lambda folder: (folder / DUMP).unlink(), {"unreadable"}),
    "sums gone": (lambda folder: (folder / SUMS).unlink(), {"unreadable"}),
    "manifest gone": (lambda folder: (folder / MANIFEST).unlink(), {"foreign"}),
    "manifest edited": (lambda folder: (folder / MANIFEST).write_text("{}"), {"corrupt"}),
    "resealed nonsense": (lambda folder: edit_manifest(folder, tables="none"), {"manifest"}),
    "resealed later format": (lambda folder: edit_manifest(folder, format=2), {"format"}),
    "resealed size": (lambda folder: edit_manifest(folder, dump_bytes=1), {"corrupt"}),
    "resealed without ledger": (lambda folder: edit_manifest(folder, migrations=[]), {"manifest"}),
}


async def test_every_damage_is_found_before_anything_is_touched(postgres: TestServer, tmp_path: Path) -> None:
    """One bit anywhere in any file, a cut, missing or edited file: refused in one line, in both languages."""
    async with filled(postgres) as opened:
        backup = (await taken(opened, tmp_path / "good")).folder
    await verify(backup)
    for name, (damage, expected) in DAMAGES.items():
        broken = tmp_path / "broken"
        shutil.copytree(backup, broken)
        damage(broken)
        with pytest.raises(BackupRefused) as refused:
            await accept(broken)
            pytest.fail(f"{name} was accepted")
        assert refused.value.reason in expected, name
        assert "\n" not in refused.value.message
        shutil.rmtree(broken)


async def test_a_foreign_dump_is_refused(postgres: TestServer, tmp_path: Path) -> None:
    """The dump of another database under a manifest of ours: its tables are not those of the manifest."""
    async with filled(postgres) as opened, filled(postgres) as other:
        backup = (await taken(opened, tmp_path / "ours")).folder
        await run(postgres, other.owner.database, "CREATE TABLE strange (id integer)")
        with pytest.raises(BackupRefused, match=r"lacks the right SELECT on public\.strange"):
            await taken(other, tmp_path / "theirs")
        await run(postgres, other.owner.database, "ALTER TABLE strange OWNER TO nexy_owner")
        foreign = await taken(other, tmp_path / "theirs")
    shutil.copy(foreign.folder / DUMP, backup / DUMP)
    edit_manifest(backup, dump_bytes=foreign.manifest.dump_bytes, dump_sha256=foreign.manifest.dump_sha256)
    with pytest.raises(BackupRefused, match="not those of the manifest"):
        await accept(backup)
    (backup / DUMP).write_bytes(b"SELECT 1;")
    edit_manifest(backup, dump_bytes=9, dump_sha256=hashlib.sha256(b"SELECT 1;").hexdigest())
    with pytest.raises(BackupRefused, match=r"pg_restore failed: .*archive"):
        await accept(backup)


async def test_a_schema_newer_than_this_code_is_refused(postgres: TestServer, tmp_path: Path) -> None:
    """A step that this code does not know, or knows otherwise; a post-migration that it does not know is fine."""
    add = "INSERT INTO schema_migrations (version, name, checksum, post) VALUES (9001, 'late', 'x', {})"
    async with filled(postgres) as opened:
        await run(postgres, opened.owner.database, add.format("true"))
        assert (await accept((await taken(opened, tmp_path)).folder)).manifest.schema_version == 9001
        await run(postgres, opened.owner.database, "UPDATE schema_migrations SET post = false WHERE version = 9001")
        with pytest.raises(BackupRefused, match=r"does not fit this Nexy: .*newer \(9001 late\)"):
            await accept((await taken(opened, tmp_path)).folder)
        change = "DELETE FROM schema_migrations WHERE version > 1; UPDATE schema_migrations SET checksum = 'changed'"
        await run(postgres, opened.owner.database, change)
        with pytest.raises(BackupRefused, match="was changed after it was applied"):
            await accept((await taken(opened, tmp_path)).folder)


async def test_an_empty_database_has_nothing_to_back_up(postgres: TestServer, tmp_path: Path) -> None:
    """No backup comes of it, and nothing is left on the shelf."""
    async with empty(postgres) as opened:
        with pytest.raises(BackupRefused, match="holds nothing of Nexy"):
            await taken(opened, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [".lock"]


async def test_rows_that_a_backup_might_not_see_are_refused(postgres: TestServer, tmp_path: Path) -> None:
    """A table with a policy of its own would come back without rows, and look whole."""
    async with filled(postgres) as opened:
        hide = "CREATE TABLE diary (id integer); ALTER TABLE diary OWNER TO nexy_owner, ENABLE ROW LEVEL SECURITY"
        await run(postgres, opened.owner.database, hide)
        with pytest.raises(BackupRefused, match=r"public\.diary has row-level security of its own"):
            await taken(opened, tmp_path)


async def test_a_database_that_is_not_empty_keeps_its_rows(postgres: TestServer, tmp_path: Path) -> None:
    """Without --replace nothing of it changes."""
    async with filled(postgres) as source, filled(postgres) as target:
        backup = await accept((await taken(source, tmp_path)).folder)
        before = await content_of(postgres, target.owner.database)
        names = await databases(postgres)
        with pytest.raises(BackupRefused, match=r"is not empty \(it has public\.api_keys\)"):
            await restore(target, backup)
        assert await content_of(postgres, target.owner.database) == before
        assert await databases(postgres) == names


async def test_a_database_that_others_use_is_left_alone(postgres: TestServer, tmp_path: Path) -> None:
    """They are counted and named."""
    async with filled(postgres) as source, filled(postgres) as target:
        backup = await accept((await taken(source, tmp_path)).folder)
        settings = {"application_name": "somebody"}
        other = await asyncpg.connect(**postgres.login(postgres.app, target.owner.database), server_settings=settings)
        try:
            with pytest.raises(BackupRefused, match=r"1 others are connected .*\(somebody\)"):
                await restore(target, backup, replace=True)
        finally:
            await other.close()


async def test_an_edited_count_is_found_by_the_comparison(postgres: TestServer, tmp_path: Path) -> None:
    """Checksums that somebody made fit do not help: the restored rows are compared; the old database stays."""
    async with filled(postgres) as source, filled(postgres) as target:
        backup = await taken(source, tmp_path)
        tables = [{"name": t.name, "rows": t.rows + (t.name == "public.users"), "checksum": t.checksum}
                  for t in backup.manifest.tables]  # fmt: skip
        edit_manifest(backup.folder, tables=tables)
        before, names = await content_of(postgres, target.owner.database), await databases(postgres)
        with pytest.raises(BackupRefused, match=r"is not what was backed up: public\.users$"):
            await restore(target, await accept(backup.folder), replace=True)
        assert await content_of(postgres, target.owner.database) == before
        found = await drill(target, backup.folder)
        assert (found.passed, found.different) == (False, ["public.users"])
        assert await databases(postgres) == names
    assert [one.passed for one in drills(tmp_path)] == [False]


async def test_a_login_that_may_not_make_databases_restores_into_an_empty_one(
    postgres: TestServer, tmp_path: Path
) -> None:
    """For more than that the missing right is named."""
    async with filled(postgres) as source, empty(postgres) as target:
        backup = await accept((await taken(source, tmp_path)).folder)
        await run(postgres, "postgres", "ALTER ROLE nexy_owner NOCREATEDB")
        try:
            assert (await restore(target, backup)).outcome.sound
            for attempt in (restore(target, backup, replace=True), drill(target, backup.folder)):
                with pytest.raises(BackupRefused, match="lacks the right CREATEDB"):
                    await attempt
        finally:
            await run(postgres, "postgres", "ALTER ROLE nexy_owner CREATEDB")


async def test_a_restore_that_fails_half_way_leaves_nothing(postgres: TestServer, tmp_path: Path) -> None:
    """A dump that breaks after it was accepted: an empty database stays empty, an old one stays as it was."""
    async with filled(postgres) as source, empty(postgres) as target, filled(postgres) as old:
        backup = await accept((await taken(source, tmp_path)).folder)
        content = (backup.folder / DUMP).read_bytes()
        (backup.folder / DUMP).write_bytes(content[: len(content) * 9 // 10])
        before, names = await content_of(postgres, old.owner.database), await databases(postgres)
        with pytest.raises(BackupRefused, match="pg_restore failed"):
            await restore(target, backup)
        with pytest.raises(BackupRefused, match="pg_restore failed"):
            await restore(old, backup, replace=True)
        assert await content_of(postgres, target.owner.database) == {}
        assert await content_of(postgres, old.owner.database) == before
        assert await databases(postgres) == names
