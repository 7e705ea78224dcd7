"""`python -m bench.slow_database`: the first word while the database is well, locked, or slow, in turn in one run."""

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.faults.ledger import opened
from bench.locked_database import locked
from bench.section import table, told, write_section
from bench.slow_proxy import SlowProxy, slow_proxy
from bench.voice.load import Load
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Recipe, Server, ours, running
from bench.voice.sessions import Session, open_sessions
from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import LearnFromTurn, MemoryContext
from nexy.modules.database.module import DatabaseModule
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.memory_management.facts import Keep
from nexy.modules.memory_management.lessons import Lesson
from nexy.modules.memory_management.store import MemoryStore
from nexy.utils.clock import SystemClock

_LOAD = Load(name="slow database", sentences=2, token_seconds=0.03, sound_seconds=0.3)
_FACT = "Likes the tea of the benchmark"
_PEOPLE = 10
_TURNS = 5
_STATEMENT_SECONDS = 2.0
_MOST = 1.1
_RECOVERY_SECONDS = 60.0
NORMAL, LOCKED, SLOW = "normal", "every table locked", f"{_STATEMENT_SECONDS:g} s per statement"
COLD, WARM = "first", "later"


@dataclass(slots=True)
class Waits:
    """Seconds from a question to its first word, and whether the model was told what is remembered."""

    seconds: list[float] = field(default_factory=list)
    remembered: int = 0

    def at(self, share: float) -> float:
        """A quantile."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


Seen = Mapping[tuple[str, str], Waits]


def main() -> int:
    """0 when neither a locked nor a slow database delays the first word by more than a tenth, at p50 and p95."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow_database", description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexy-slow-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        seen = asyncio.run(_run(Path(folder), given.rounds))
    text = report(seen)
    print(text)
    write_section("slow-database", "Slow database", told("python -m bench.slow_database", text))
    return 0 if good(seen) else 1


def good(seen: Seen) -> bool:
    """Whether every ratio is met."""
    return all(_ratio(seen, state, kind, share) <= _MOST for state, kind in seen for share in (0.5, 0.95))


def _ratio(seen: Seen, state: str, kind: str, share: float) -> float:
    return seen[state, kind].at(share) / seen[NORMAL, kind].at(share)


def report(seen: Seen) -> str:
    """The table, and how it came about."""
    head = ("database", "question", "asked", "memory told", "p50 ms", "p95 ms", "p50 ratio", "p95 ratio", "must")
    rows = [
        (state, kind, f"{len(waits.seconds)}", f"{waits.remembered}", f"{waits.at(0.5) * 1000:.1f}",
         f"{waits.at(0.95) * 1000:.1f}", f"{_ratio(seen, state, kind, 0.5):.3f}",
         f"{_ratio(seen, state, kind, 0.95):.3f}", "–" if state == NORMAL else f"≤ {_MOST:g}")
        for (state, kind), waits in seen.items()
    ]  # fmt: skip
    return (
        f"{table(head, rows)}\n\nFrom writing the question to the first text_chunk at the client; one token every "
        f"{_LOAD.token_seconds * 1000:.0f} ms, {_PEOPLE} people at once, {_TURNS} questions each. Everybody is a "
        "device of whom a fact is remembered and which this server has not met: the first question needs a read. The "
        "three states alternate; before each the server has read in time again. Statements are slowed by a "
        "proxy that holds every reply of PostgreSQL back."
    )


async def _run(folder: Path, rounds: int) -> Seen:
    for each in ("home", "server", "shared"):
        (folder / each).mkdir(mode=0o711)
    home, shared = folder / "home", folder / "shared"
    seen: dict[tuple[str, str], Waits] = {
        (state, kind): Waits() for state in (NORMAL, LOCKED, SLOW) for kind in (COLD, WARM)
    }
    async with AsyncExitStack() as stack:
        llm = await stack.enter_async_context(ScriptedLlm(_LOAD, keeps_bodies=True))
        database = await stack.enter_async_context(opened(home, shared))
        held = await stack.enter_async_context(_addresses(home, shared))
        proxy = await stack.enter_async_context(slow_proxy(Path(held.app.host) / f".s.PGSQL.{held.app.port}"))
        server = await stack.enter_async_context(
            running(_recipe(folder / "server", llm.port, held, proxy), sorted(os.sched_getaffinity(0)))
        )
        for number in range(rounds + 1):
            for state in (NORMAL, LOCKED, SLOW):
                devices = await _people_with_facts(database)
                await _until_well(server, database, llm)
                async with _in_state(state, proxy, home, shared):
                    # The first round only warms.
                    await _ask_all(server, devices, llm, state, seen if number else _thrown_away())
    return seen


def _thrown_away() -> dict[tuple[str, str], Waits]:
    return {(state, kind): Waits() for state in (NORMAL, LOCKED, SLOW) for kind in (COLD, WARM)}


@asynccontextmanager
async def _addresses(home: Path, shared: Path) -> AsyncGenerator[OpenDatabase, None]:
    held = OpenDatabase(DatabaseSection(home=str(home), config=DatabaseConfig(shared_folder=str(shared))))
    try:
        await held.open()
        yield held
    finally:
        await held.close()


def _recipe(home: Path, llm_port: int, held: OpenDatabase, proxy: SlowProxy) -> Recipe:
    made = ours(home, llm_port=llm_port, sound_seconds=_LOAD.sound_seconds)
    owner, app = (
        f"postgresql://{one.user}:{one.password}@127.0.0.1:{proxy.port}/{one.database}?sslmode=disable"
        for one in (held.owner, held.app)
    )
    return replace(
        made,
        environment={**made.environment, "DATABASE_ENABLED": "true", "DATABASE_URL": owner, "DATABASE_APP_URL": app},
    )


@asynccontextmanager
async def _in_state(state: str, proxy: SlowProxy, home: Path, shared: Path) -> AsyncGenerator[None, None]:
    if state == LOCKED:
        async with locked(home, shared):
            yield
        return
    proxy.seconds = _STATEMENT_SECONDS if state == SLOW else 0.0
    try:
        yield
    finally:
        proxy.seconds = 0.0


async def _people_with_facts(database: DatabaseModule) -> Sequence[str]:
    """New devices of whom something is remembered, though not by the server."""
    store = MemoryStore(database, SystemClock(), MemoryConfig())
    devices = [f"bench-{uuid.uuid4()}" for _ in range(_PEOPLE)]
    nothing = MemoryContext()
    await store.write([
        Lesson(
            turn=LearnFromTurn(hardware_id=device, turn_id="", prompt="", answer="", old=nothing),
            ops=(Keep(subject="likes:tea", text=_FACT),),
        )
        for device in devices
    ])  # fmt: skip
    return devices


async def _until_well(server: Server, database: DatabaseModule, llm: ScriptedLlm) -> None:
    """Ask as new devices until the model is told of the fact: the server reads in time again."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while time.monotonic() < deadline:
        devices = itertools.chain(await _people_with_facts(database))
        for device in devices:
            async with open_sessions(server, 1) as (session,):
                session.be(device)
                if (await _first_word(session, llm))[1]:
                    return
            await asyncio.sleep(0.2)
    raise TimeoutError("the server does not find its memory again")


async def _ask_all(
    server: Server, devices: Sequence[str], llm: ScriptedLlm, state: str, seen: dict[tuple[str, str], Waits]
) -> None:
    async with open_sessions(server, len(devices)) as sessions:
        await asyncio.gather(*(
            _ask(session, device, number, llm, state, seen)
            for number, (session, device) in enumerate(zip(sessions, devices, strict=True))
        ))  # fmt: skip


async def _ask(
    session: Session, device: str, number: int, llm: ScriptedLlm, state: str, seen: dict[tuple[str, str], Waits]
) -> None:
    session.be(device)
    # People do not all begin to speak at the same moment.
    await asyncio.sleep(number * 0.1)
    for kind in _kinds():
        waited, remembered = await _first_word(session, llm)
        seen[state, kind].seconds.append(waited)
        seen[state, kind].remembered += remembered


def _kinds() -> Iterator[str]:
    yield COLD
    yield from itertools.repeat(WARM, _TURNS - 1)


async def _first_word(session: Session, llm: ScriptedLlm) -> tuple[float, bool]:
    began = time.monotonic()
    heard = await session.ask()
    return heard.first_text - began, _FACT.encode() in llm.bodies.pop(heard.number)


if __name__ == "__main__":
    sys.exit(main())
