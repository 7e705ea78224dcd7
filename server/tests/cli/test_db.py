"""`nexy db status|psql|migrate|harden` and the script over it, on a real embedded server."""

import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from nexy.cli.db import _print_overview, _print_proofs
from nexy.messages.catalogue import LANGUAGES, Catalogue
from nexy.modules.database.overview import DatabaseOverview, TableSize
from nexy.modules.database.protecting import Proof
from support.database_owner import until_gone
from support.nexy_process import LASTING, Finished, environment, nexy, nexy_serve
from support.postgres import open_home, shared_folder

SCRIPT = Path(__file__).parents[2] / "scripts" / "harden_database_protection.sh"


async def db(home: Path, *arguments: str, **more: str) -> Finished:
    return await nexy(home, "db", *arguments, DATABASE_SHARED_FOLDER=shared_folder(), **more)


@pytest.mark.slow
async def test_a_new_home_is_looked_at_migrated_and_entered_without_a_server() -> None:
    """Status changes nothing, migrate applies each step once, psql enters as the app, and no process is left."""
    home = open_home()
    seen = json.loads((await db(home, "status", "--json")).out)
    assert (seen["schema_version"], seen["embedded"], seen["vectors"]) == (0, True, True)
    assert seen["pending"][0] == "0001 people_and_history"
    applied = await db(home, "migrate")
    assert applied.out.splitlines()[0] == "applied 0001 people_and_history"
    assert (await db(home, "migrate", "--post")).out.startswith("nothing to apply")
    asked = await db(home, "psql", "-Atc", "SELECT current_user, count(*) FROM users")
    assert (asked.code, asked.out.strip()) == (0, "nexy_app|0")
    assert (await db(home, "psql", "--owner", "-Atc", "SELECT current_user")).out.strip() == "nexy_owner"
    assert await until_gone(home / "postgres", 5)


@pytest.mark.slow
async def test_the_commands_share_the_database_of_a_running_server() -> None:
    """They see what it keeps, and it goes on serving after they have ended."""
    home = open_home()
    async with nexy_serve(home, **LASTING) as server:
        for _ in range(2):
            seen = json.loads((await db(home, "status", "--json")).out)
            assert seen["pending"] == []
        assert (await db(home, "psql", "-Atc", "SELECT 1")).out.strip() == "1"
        assert await server.stopped_by(signal.SIGTERM) == 0
    assert await until_gone(home / "postgres", 5)


@pytest.mark.slow
async def test_the_script_proves_every_refusal_and_fails_loudly() -> None:
    """Exit code 0 on a sound database; with a policy that lets everybody in, 1 and the table by name."""
    home = open_home()
    assert stat.S_IMODE(SCRIPT.stat().st_mode) & 0o111
    code, out = await _script(home)
    assert (code, "NOT REFUSED" in out) == (0, False)
    assert "refused      nexy_app: DELETE FROM users (42501)" in out
    await db(home, "psql", "--owner", "-qc", "CREATE TABLE diary (user_id uuid)")
    code, out = await _script(home)
    assert code == 1
    assert "NOT REFUSED  -: row-level security on diary (off)" in out
    assert out.strip().endswith("the database is not protected")


async def _script(home: Path) -> tuple[int | None, str]:
    told = environment(home, DATABASE_SHARED_FOLDER=shared_folder(), PYTHON=sys.executable, PATH=os.environ["PATH"])
    process = await asyncio.create_subprocess_exec(
        "bash", str(SCRIPT), env=told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["status", "migrate", "harden", "psql"])
async def test_an_unreachable_database_is_one_line(command: str) -> None:
    """Exit code 1, the variable and the address without the password, no traceback."""
    url = "postgresql://ann:canary-canary@127.0.0.1:1/nexy"
    refused = await db(open_home(), command, DATABASE_URL=url)
    assert refused.code == 1
    assert refused.err.startswith("nexy: DATABASE_URL: ann@127.0.0.1:1/nexy: cannot be reached")
    assert refused.err.count("\n") == 1
    assert "canary" not in refused.out + refused.err


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("embedded", [True, False])
def test_the_overview_is_for_people(language: str, embedded: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each fact, in both languages; the data folder only where it is ours."""
    seen = DatabaseOverview(
        version="18.4", embedded=embedded, address="nexy_owner@/s:5432/nexy", data_folder="/d" if embedded else "",
        moved=embedded, vectors=not embedded, schema_version=3, pending=["0004 access"], pending_post=["0005 late"],
        bytes=2**21, tables=[TableSize(name="users", bytes=2048, rows=7)],
    )  # fmt: skip
    _print_overview(seen, Catalogue(language))
    out = capsys.readouterr().out
    assert "PostgreSQL 18.4" in out
    assert "2.0 MiB" in out
    assert "nexy db migrate --post" in out
    assert ("/d " in out) is embedded
    assert len(out.splitlines()) == 6 + embedded


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_refused_stands_out(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each attempt, and the count of those that passed at the end."""
    held = Proof(login="nexy_app", attempt="DELETE FROM users", refused=True, outcome="42501")
    open_door = Proof(login="nexy_app", attempt="DROP TABLE users", refused=False, outcome="it passed")
    _print_proofs([held, open_door], [open_door], Catalogue(language))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "DROP TABLE users" in lines[1]
    assert "1" in lines[2]
