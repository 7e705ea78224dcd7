"""Real processes: killed at any moment, and with a real limit of the disk."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from nexy.contracts.outbox import DrainNow
from support.outbox import Ledger, outbox

pytestmark = pytest.mark.slow
PROGRAM = (sys.executable, "-m", "support.outbox_program")
TESTS = Path(__file__).parents[2]
KILLS = 8


async def acknowledged_until_killed(home: Path, first: int, lines: int) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "endless", str(home), str(first), cwd=TESTS, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = [await process.stdout.readline() for _ in range(lines)]
    process.kill()
    told += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    return [line.decode().strip() for line in told if line.endswith(b"\n")]


async def test_sigkill_loses_no_acknowledged_record_and_doubles_none(tmp_path: Path) -> None:
    """Killed again and again on one home, whatever was acknowledged is drained by the next server, once."""
    chance = random.Random(3)
    acknowledged: list[str] = []
    for round_ in range(KILLS):
        acknowledged += await acknowledged_until_killed(tmp_path, round_ * 1_000_000, chance.randint(1, 60))
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        assert await module.process(DrainNow()) == 0
        assert "quarantine" not in module.status().detail
    assert len(acknowledged) > KILLS
    assert set(acknowledged) <= set(ledger.rows)
    assert len(ledger.written) == len(set(ledger.written))


async def test_a_real_limit_of_the_disk_leaves_a_whole_file(tmp_path: Path) -> None:
    """Refused in words, recovered when there is room, and every acknowledged record is there."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "until_full", str(tmp_path), cwd=TESTS, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    lines = out.decode().splitlines()
    assert lines[-1] == "after"
    assert "cannot write" in lines[-2]
    ledger = Ledger()
    async with outbox(tmp_path, ledger) as module:
        assert await module.process(DrainNow()) == 0
    assert ledger.written == [*lines[:-2], "after"]
