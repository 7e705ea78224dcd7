"""db_backup.sh, db_restore.sh and db_restore_drill.sh as a shell sees them."""

import asyncio
import os
import stat
import sys
from pathlib import Path

import operator_checks
import pytest

from support.nexy_process import environment
from support.postgres import open_home, shared_folder

SCRIPTS = Path(operator_checks.__file__).parent
NAMES = ("db_backup.sh", "db_restore.sh", "db_restore_drill.sh")

pytestmark = pytest.mark.slow


async def shell(home: Path, name: str, *arguments: str) -> tuple[int | None, str]:
    """Exit code and everything that was printed."""
    told = environment(home, DATABASE_SHARED_FOLDER=shared_folder(), PYTHON=sys.executable, PATH=os.environ["PATH"])
    process = await asyncio.create_subprocess_exec(
        "bash", str(SCRIPTS / name), *arguments, env=told, cwd=home,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode()


async def test_without_an_argument_restore_explains_itself_and_does_nothing() -> None:
    """Exit code 1 and the usage; the home stays as it was."""
    home = open_home()
    code, out = await shell(home, "db_restore.sh")
    assert code == 1
    assert out.startswith("usage: ")
    assert "BACKUP [--replace --yes]" in out
    assert list(home.iterdir()) == []


async def test_the_round_by_scripts() -> None:
    """A backup, a drill and a restore over what is there; the drill fails loudly on a damaged backup."""
    home = open_home()
    code, out = await shell(home, "db_backup.sh")
    assert (code, "nexy db migrate" in out) == (1, True)
    assert (await shell(home, "harden_database_protection.sh"))[0] == 0
    code, out = await shell(home, "db_backup.sh", "--to", str(home / "away"))
    assert code == 0, out
    backup = next((home / "away").glob("*Z-*"))
    code, out = await shell(home, "db_restore_drill.sh", str(backup))
    assert (code, "the drill passed" in out) == (0, True), out
    code, out = await shell(home, "db_restore.sh", str(backup), "--replace", "--yes")
    assert (code, "restored " in out) == (0, True), out
    (backup / "nexy.dump").write_bytes(b"damaged")
    code, out = await shell(home, "db_restore_drill.sh", str(backup))
    assert (code, "THE DRILL FAILED" in out) == (1, True), out


@pytest.mark.parametrize("name", NAMES)
def test_they_can_be_executed(name: str) -> None:
    """By their owner, as they stand."""
    assert stat.S_IMODE((SCRIPTS / name).stat().st_mode) & 0o100
