"""`python -m bench.faults.kill_server`: kill the server again and again while it speaks, and count what was lost."""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.faults.acknowledged import Acknowledged, crowd
from bench.faults.ledger import Verdict, verdict
from bench.voice.load import Load
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Recipe, ours, running

_LOAD = Load(name="faults", sentences=2, token_seconds=0.004, sound_seconds=0.2)
_PEOPLE = 8
_LIFE_SECONDS = (0.2, 1.5)
_PATIENCE_SECONDS = 20.0


def main() -> int:
    """0 when nothing acknowledged was lost or doubled, no session stayed active and no PostgreSQL was left."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.kill_server", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, choices=range(2, 1000), metavar="N")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    # A folder that the database's own user may enter, as under a home that is not root's.
    with tempfile.TemporaryDirectory(prefix="nexy-faults-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        return asyncio.run(_run(Path(folder), given.kills, random.Random(given.seed)))


async def _run(folder: Path, kills: int, chance: random.Random) -> int:
    home, shared = folder / "home", folder / "shared"
    for each in (home, shared):
        each.mkdir(mode=0o711)
    seen, starts = Acknowledged(), []
    async with ScriptedLlm(_LOAD) as llm:
        recipe = _recipe(home, shared, llm.port)
        for number in range(kills):
            life = chance.uniform(*_LIFE_SECONDS)
            starts.append(await _one_life(recipe, seen, life))
            print(f"kill {number + 1}: after {life:.2f} s; {len(seen.turns)} turns, {len(seen.reports)} reports "
                  f"acknowledged; start took {starts[-1]:.2f} s", flush=True)  # fmt: skip
        found = await _last_life(recipe, home, shared, seen)
    left = await _left_behind(folder)
    print(f"{len(seen.turns)} turns and {len(seen.reports)} reports were acknowledged, {seen.refused} refused")
    again = sorted(starts[1:])
    print(f"{found}\nPostgreSQL processes left: {left}")
    print(f"starts after a kill: median {again[len(again) // 2]:.2f} s, longest {again[-1]:.2f} s")
    return 0 if found.clean and not left and seen.turns and not seen.refused else 1


def _recipe(home: Path, shared: Path, llm_port: int) -> Recipe:
    made = ours(home, llm_port=llm_port, sound_seconds=_LOAD.sound_seconds)
    return replace(
        made, environment={**made.environment, "DATABASE_ENABLED": "true", "DATABASE_SHARED_FOLDER": str(shared)}
    )


async def _one_life(recipe: Recipe, seen: Acknowledged, life: float) -> float:
    """Start, let people speak, kill in the middle; returns how long the start took."""
    began = time.monotonic()
    async with running(recipe, sorted(os.sched_getaffinity(0))) as server:
        took = time.monotonic() - began
        talking = asyncio.ensure_future(crowd(server.address, _PEOPLE, seen))
        await asyncio.sleep(life)
        os.kill(server.pid, signal.SIGKILL)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.gather(talking, return_exceptions=True)
    return took


async def _last_life(recipe: Recipe, home: Path, shared: Path, seen: Acknowledged) -> Verdict:
    """Start once more without a turn: what was left in the outbox must arrive by itself."""
    async with running(recipe, sorted(os.sched_getaffinity(0))):
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (found := await verdict(home, shared, seen)).clean and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
        return found


async def _left_behind(folder: Path) -> int:
    """How many processes still work in the folder some seconds after the last server has stopped."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (left := _processes_in(folder)) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    return left


def _processes_in(folder: Path) -> int:
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + os.readlink(process / "cwd").encode()
        except OSError:
            continue
        found += str(folder).encode() in told and process.name != str(os.getpid())
    return found


if __name__ == "__main__":
    sys.exit(main())
