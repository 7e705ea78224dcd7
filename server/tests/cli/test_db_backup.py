"""`nexy db backup|verify|restore|drill|gate` as a shell sees them, on a real embedded server."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
import typer

from nexy.cli.backup_common import refusals_told
from nexy.cli.db_restore import _ask, _print_drill
from nexy.cli.long_work import shown_progress
from nexy.messages.catalogue import LANGUAGES, Catalogue
from nexy.modules.database.backup.drilling import Drill
from nexy.modules.database.backup.manifest import DUMP, TableFigures
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.steps import silent
from support.backups import FILL, MOMENT, filled, run, shelve
from support.database_owner import until_gone
from support.nexy_process import COMMAND, Finished, environment, nexy, nexy_serve
from support.postgres import TestServer, open_home, shared_folder


async def db(home: Path, *arguments: str, **more: str) -> Finished:
    return await nexy(home, "db", *arguments, DATABASE_SHARED_FOLDER=shared_folder(), **more)


def hook(home: Path, text: str) -> str:
    """An off-site command that does this."""
    path = home / "hook"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.slow
async def test_the_whole_round_beside_a_running_server() -> None:
    """Backup, verify, drill and gate while it serves; restore only when it has stopped; the rows are back."""
    home = open_home()
    carried = {"BACKUP_OFF_SITE_COMMAND": hook(home, f'echo carried; echo "$1" > {home}/carried')}
    async with nexy_serve(home, DATABASE_ENABLED="true", DATABASE_SHARED_FOLDER=shared_folder()) as server:
        assert (await db(home, "gate")).code == 1
        backup = await db(home, "backup", "--json", **carried)
        made = json.loads(backup.out)
        assert (backup.code, made["removed"], made["off_site_failure"]) == (0, [], "")
        assert (home / "carried").read_text().strip() == made["folder"] == str(home / "backups" / made["name"])
        assert (await db(home, "verify")).out.startswith(f"{made['name']} is whole: ")
        drilled = await db(home, "drill")
        assert (drilled.code, drilled.err) == (0, "")
        assert drilled.out.splitlines()[-1].startswith(f"the drill passed: {made['name']}, ")
        gate = await db(home, "gate", "--json")
        assert (gate.code, json.loads(gate.out)["open"]) == (0, True)
        refused = await db(home, "restore", made["name"], "--replace", "--yes")
        assert refused.code == 1
        assert refused.err.endswith(f"(process {server.process.pid}); stop it, then restore\n")
        assert await server.stopped_by(signal.SIGTERM) == 0
    await db(home, "psql", "--owner", "-qc", "CREATE TABLE later (id integer)")
    refused = await db(home, "restore", made["name"], "--replace")
    assert (refused.code, refused.err) == (1, "nexy: --replace asks on a terminal; in a script say --yes\n")
    restored = await db(home, "restore", made["name"], "--replace", "--yes")
    assert restored.code == 0, restored.err
    assert "nexy db psql --owner -d postgres -c 'DROP DATABASE \"nexy_before_" in restored.out
    assert (await db(home, "psql", "-Atc", "SELECT to_regclass('later') IS NULL")).out.strip() == "t"
    assert await until_gone(home / "postgres", 5)


@pytest.mark.slow
async def test_a_backup_moves_to_a_new_home(tmp_path: Path) -> None:
    """What one machine backed up, a fresh one restores without having started once."""
    old, new = open_home(), open_home()
    await db(old, "migrate")
    insert = f"BEGIN; SET LOCAL nexy.service = 'on'; {FILL}; COMMIT"
    assert (await db(old, "psql", "--owner", "-qc", insert)).code == 0
    made = json.loads((await db(old, "backup", "--to", str(tmp_path / "away"), "--json")).out)
    restored = await db(new, "restore", made["folder"])
    assert restored.code == 0, restored.err
    assert (await db(new, "psql", "-Atc", "SELECT count(*) FROM commands")).out.strip() == "200"
    assert (await db(new, "harden")).code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "settings", "told"),
    [
        ("exit 7", "", "exit code 7"),
        ("sleep 600", "backup:\n  off_site_timeout_seconds: 0.5\n", "not done after 0.5 s"),
    ],
)
async def test_a_backup_that_was_not_carried_off_stays(
    postgres: TestServer, text: str, settings: str, told: str
) -> None:
    """Exit code 1 and one line; the backup is whole."""
    home = open_home()
    (home / "config.yaml").write_text(settings)
    async with filled(postgres) as opened:
        url = postgres.url(opened.owner.database)
        done = await db(home, "backup", DATABASE_URL=url, BACKUP_OFF_SITE_COMMAND=hook(home, text))
    assert done.code == 1
    assert done.err.endswith(f"but it was not carried off: {home}/hook: {told}\n")
    assert (await db(home, "verify")).code == 0


@pytest.mark.slow
async def test_a_full_disk_is_one_line_and_leaves_nothing(postgres: TestServer) -> None:
    """The file may grow to 4 KiB only: no backup, no half of one, and the gate stays closed."""
    home = open_home()
    async with filled(postgres) as opened:
        told = environment(home, DATABASE_URL=postgres.url(opened.owner.database))
        process = await asyncio.create_subprocess_exec(
            "bash", "-c", 'ulimit -f 4; exec "$@"', "-", *COMMAND, "db", "backup",
            env=told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, out) == (1, b"")
    assert err.decode() == f"nexy: {home}/backups cannot be written: File too large\n"
    assert [entry.name for entry in (home / "backups").iterdir()] == [".lock"]


@pytest.mark.slow
async def test_a_killed_backup_leaves_nothing_that_looks_like_one(postgres: TestServer) -> None:
    """SIGKILL in the middle; the next run takes its leftover away and makes a whole one."""
    home = open_home()
    async with filled(postgres) as opened:
        # Somebody holds a table, so the backup waits at it for as long as we like.
        name = opened.owner.database
        async with opened.as_owner() as holder, holder.transaction():
            await holder.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
            told = environment(home, DATABASE_URL=postgres.url(name))
            process = await asyncio.create_subprocess_exec(*COMMAND, "db", "backup", env=told)
            async with asyncio.timeout(20):
                while not list((home / "backups").glob("*.partial")):
                    await asyncio.sleep(0)
            process.kill()
            await process.wait()
        assert len(list((home / "backups").glob("*.partial"))) == 1
        assert (await db(home, "verify")).err.startswith("nexy: there is no backup in ")
        assert (await db(home, "backup", DATABASE_URL=postgres.url(name))).code == 0
        await run(
            postgres, "postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
    assert list((home / "backups").glob("*.partial")) == []
    assert (await db(home, "verify")).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_bad_input_is_one_line_in_the_language(language: str) -> None:
    """Exit code 1, no traceback, nothing started."""
    home = open_home()
    shelve(home / "backups", "20261121T101500Z-3fa2b1")
    (home / "backups" / "20261121T101500Z-3fa2b1" / DUMP).write_bytes(b"other")
    words = Catalogue(language)
    place = home / "backups" / "20261121T101500Z-3fa2b1" / DUMP
    for command, reason, values in (
        ("verify", "corrupt", {"place": place}),
        ("restore 20261121T101500Z-3fa2b1", "corrupt", {"place": place}),
        ("restore 2025", "absent", {"place": "2025", "folder": home / "backups"}),
        ("verify /etc", "foreign", {"place": "/etc"}),
    ):
        refused = await db(home, *command.split(), NEXY_LANGUAGE=language)
        assert refused.code == 1
        assert refused.err == "nexy: " + words.text(f"backup.{reason}", **values) + "\n"
    assert not (home / "postgres").exists()


def test_the_name_is_asked_for_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the database's own name goes on."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for typed, refused in (("nexy", False), ("yes", True)):
        monkeypatch.setattr(typer, "prompt", lambda _text, typed=typed: typed)
        if not refused:
            _ask("nexy", Catalogue("en"))
            continue
        with pytest.raises(BackupRefused, match="nothing was changed"):
            _ask("nexy", Catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failed_drill_names_what_differs(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that differs, one that is missing, an attempt that passed, and the verdict at the end."""
    table = TableFigures(name="public.users", rows=3, checksum="abc")
    found = Drill(
        made_at=MOMENT, backup="b", passed=False, seconds=1.25, tables=[table],
        different=["public.users", "public.gone"], unproven=["nexy_app: DELETE FROM users"],
        problem="in English", reason="foreign", values={"place": "/b"},
    )  # fmt: skip
    _print_drill(found, Catalogue(language))
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert [name in line for name, line in zip(("users", "public.gone", "DELETE", "b,"), lines, strict=True)] == [
        True
    ] * 4
    assert told.err == "nexy: " + Catalogue(language).text("backup.foreign", place="/b") + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_one_line_and_exit_code_1(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the person's language."""
    words = Catalogue(language)
    with pytest.raises(typer.Exit), refusals_told(words):
        raise BackupRefused("none", place="/b")
    assert capsys.readouterr().err == "nexy: " + words.text("backup.none", place="/b") + "\n"


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A log of a nightly run holds no bars; a terminal sees each step by its name."""
    with shown_progress(Catalogue("en")) as told:
        assert told is silent
    monkeypatch.setenv("FORCE_COLOR", "1")
    with shown_progress(Catalogue("en")) as told:
        for step in ("figures", "dump", "verify", "load", "prove", "off_site"):
            told(step, 1.0)
    shown = capsys.readouterr()
    assert "counting" in shown.err
    assert "carrying off" in shown.err
    assert shown.out == ""
