"""`python -m bench.faults.kill_postgres`: kill the database again and again while people speak; nobody may notice."""

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench.faults.acknowledged import Acknowledged, crowd
from bench.faults.ledger import Verdict, opened
from bench.faults.stage import LOAD, PATIENCE_SECONDS, PEOPLE, Stage, cores, stage
from bench.section import table, told, write_section
from bench.voice.scripted_llm import ScriptedLlm, question
from bench.voice.servers import running
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NexyError
from nexy.modules.database.module import DatabaseModule

_PAUSE_SECONDS = (0.3, 1.5)
_BACKEND_SHARE = 0.3
_MOST_BACK_SECONDS = 10.0
_LOOK_SECONDS = 0.02
_PROCESS = "SELECT pg_backend_pid() AS pid"
_KEPT = "SELECT count(*) AS told FROM commands WHERE prompt = ANY ($1)"


@dataclass(slots=True, kw_only=True)
class Outages:
    """Seconds from each kill until a transaction worked, and until a turn begun after it was in the database."""

    transaction: list[float] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)
    backends: int = 0

    @property
    def short(self) -> bool:
        """Whether all of them were."""
        return max(self.transaction + self.rows) <= _MOST_BACK_SECONDS


def main() -> int:
    """0 when no turn broke, the database was back in time, and nothing acknowledged was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.kill_postgres", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, choices=range(1, 1000), metavar="N")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with stage() as place:
        return asyncio.run(_run(place, given.kills, random.Random(given.seed)))


async def _run(place: Stage, kills: int, chance: random.Random) -> int:
    seen, outages = Acknowledged(), Outages()
    async with ScriptedLlm(LOAD) as llm:
        recipe = place.recipe(llm.port)
        async with running(recipe, cores()) as server:
            talking = asyncio.ensure_future(crowd(server.address, PEOPLE, seen))
            async with opened(place.home, place.shared) as database:
                for number in range(kills):
                    await asyncio.sleep(chance.uniform(*_PAUSE_SECONDS))
                    await _one_kill(place, database, seen, outages, chance)
                    print(f"kill {number + 1}: a transaction after {outages.transaction[-1]:.2f} s, rows after "
                          f"{outages.rows[-1]:.2f} s; {len(seen.turns)} turns", flush=True)  # fmt: skip
            seen.stop.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await talking
        found = await place.last_life(recipe, seen)
    left = await place.left_behind()
    text = report(outages, seen, found, left)
    print(text)
    write_section("kill-postgres", "Killing PostgreSQL", told("python -m bench.faults.kill_postgres", text))
    whole = seen.begun == seen.turns and not seen.broken and not seen.refused
    return 0 if whole and outages.short and found.clean and not left else 1


def report(outages: Outages, seen: Acknowledged, found: Verdict, left: int) -> str:
    """The table."""
    rows = [
        ("kills with SIGKILL at a random moment of the load; of a backend instead of the postmaster", "10",
         f"{len(outages.transaction)}; {outages.backends}"),
        ("turns begun, turns broken", "–, 0", f"{len(seen.begun)}, {len(seen.begun - seen.turns)}"),
        ("calls that ended with an error, reports refused", "0", f"{seen.broken}, {seen.refused}"),
        ("kill → a transaction works: median, longest", "≤ 10 s", _spread(outages.transaction)),
        ("kill → a turn begun after it is in the database: median, longest", "≤ 10 s", _spread(outages.rows)),
        ("acknowledged turns, their usage, reports lost", "0",
         f"{found.lost_turns}, {found.lost_usage}, {found.lost_reports}"),
        ("turns or their usage, reports doubled", "0", f"{found.doubled_turns}, {found.doubled_reports}"),
        ("sessions left active", "0", f"{found.active_sessions}"),
        ("processes left behind", "0", f"{left}"),
    ]  # fmt: skip
    return table(("what", "must", "reached"), rows)


def _spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.2f} s, {max(seconds):.2f} s"


async def _one_kill(
    place: Stage, database: DatabaseModule, seen: Acknowledged, outages: Outages, chance: random.Random
) -> None:
    backends = place.processes(lambda command: command.startswith(b"postgres: nexy_app"))
    backend = bool(backends) and chance.random() < _BACKEND_SHARE
    outages.backends += backend
    before, life = set(seen.begun), await _life(database)
    began = time.monotonic()
    os.kill(chance.choice(backends) if backend else _postmaster(place), signal.SIGKILL)
    # What is left of a killed server may answer for a moment: all of its processes have to be others.
    while (now := await _life(database)) is None or now == life:
        _refuse_to_wait(began)
    outages.transaction.append(time.monotonic() - began)
    while not await _any_kept(database, seen.turns - before):
        _refuse_to_wait(began)
        await asyncio.sleep(_LOOK_SECONDS)
    outages.rows.append(time.monotonic() - began)


def _postmaster(place: Stage) -> int:
    files = [file for file in place.folder.rglob("postmaster.pid") if file.is_file()]
    return int(files[0].read_text(encoding="ascii").split("\n", 1)[0])


def _refuse_to_wait(began: float) -> None:
    if time.monotonic() - began > 3 * _MOST_BACK_SECONDS:
        raise TimeoutError("the database does not come back")


async def _life(database: DatabaseModule) -> str | None:
    """Which process of the server answers; None while none does."""
    with suppress(NexyError):
        async with database.transaction(SERVICE) as transaction:
            return str((await transaction.fetch(_PROCESS))[0]["pid"])
    return None


async def _any_kept(database: DatabaseModule, turns: set[int]) -> bool:
    with suppress(NexyError):
        async with database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_KEPT, [question(number) for number in turns])
            return int(str(rows[0]["told"])) > 0
    return False


if __name__ == "__main__":
    sys.exit(main())
