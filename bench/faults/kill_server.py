"""`python -m bench.faults.kill_server`: kill the server again and again while it speaks, and count what was lost."""

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Sequence

from bench.faults.acknowledged import Acknowledged, crowd
from bench.faults.ledger import Verdict
from bench.faults.stage import LOAD, PATIENCE_SECONDS, PEOPLE, Stage, cores, stage
from bench.section import table, told, write_section
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Recipe, running

_LIFE_SECONDS = (0.2, 1.5)
_MOST_START_SECONDS = 3.0


def main() -> int:
    """0 when nothing acknowledged was lost or doubled, no session stayed active and no PostgreSQL was left."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.kill_server", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, choices=range(2, 1000), metavar="N")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with stage() as place:
        return asyncio.run(_run(place, given.kills, random.Random(given.seed)))


async def _run(place: Stage, kills: int, chance: random.Random) -> int:
    seen, starts = Acknowledged(), []
    async with ScriptedLlm(LOAD) as llm:
        recipe = place.recipe(llm.port)
        for number in range(kills):
            life = chance.uniform(*_LIFE_SECONDS)
            starts.append(await _one_life(recipe, seen, life))
            print(f"kill {number + 1}: after {life:.2f} s; {len(seen.turns)} turns, {len(seen.reports)} reports "
                  f"acknowledged; start took {starts[-1]:.2f} s", flush=True)  # fmt: skip
        found = await place.last_life(recipe, seen)
    left = await place.left_behind()
    text = report(kills, seen, found, left, starts[1:])
    print(text)
    write_section("kill-server", "Killing the server", told("python -m bench.faults.kill_server", text))
    good = found.clean and not left and seen.turns and not seen.refused and max(starts[1:]) < _MOST_START_SECONDS
    return 0 if good else 1


def report(kills: int, seen: Acknowledged, found: Verdict, left: int, starts: Sequence[float]) -> str:
    """The table; `starts` are those after a kill."""
    rows = [
        ("kills with SIGKILL at a random moment of the load", "20", f"{kills}"),
        ("turns and reports acknowledged", "–", f"{len(seen.turns)} and {len(seen.reports)}"),
        ("acknowledged turns, their usage, reports lost", "0",
         f"{found.lost_turns}, {found.lost_usage}, {found.lost_reports}"),
        ("turns or their usage, reports doubled", "0", f"{found.doubled_turns}, {found.doubled_reports}"),
        ("reports refused", "0", f"{seen.refused}"),
        ("sessions left active", "0", f"{found.active_sessions}"),
        ("processes left behind", "0", f"{left}"),
        ("start after a kill, PostgreSQL's recovery included: median, longest", "< 3 s",
         f"{statistics.median(starts):.2f} s, {max(starts):.2f} s"),
    ]  # fmt: skip
    return table(("what", "must", "reached"), rows)


async def _one_life(recipe: Recipe, seen: Acknowledged, life: float) -> float:
    """Start, let people speak, kill in the middle; returns how long the start took."""
    began = time.monotonic()
    async with running(recipe, cores()) as server:
        took = time.monotonic() - began
        talking = asyncio.ensure_future(crowd(server.address, PEOPLE, seen))
        await asyncio.sleep(life)
        os.kill(server.pid, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(talking, return_exceptions=True)
    return took


if __name__ == "__main__":
    sys.exit(main())
