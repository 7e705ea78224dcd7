"""`python -m bench.history`: what keeping history costs; two servers side by side, asked in turn."""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bench.section import table, told, write_section
from bench.voice.load import Load
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Recipe, Server, ours, running
from bench.voice.sessions import Session, open_sessions

# Judged at the pace of speech, with more people than a small server is made for; told beside it without any pause,
# where the database and the client compete for the same cores as the server.
SPEECH = Load(name="one token every 30 ms", sentences=2, token_seconds=0.03, sound_seconds=1.0)
WITHOUT_PAUSE = replace(SPEECH, name="all tokens at once", token_seconds=0.0)
PEOPLE = 60
LEAST_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Turns per second in windows that alternate, without history and with it."""

    load: str
    off: Sequence[float]
    on: Sequence[float]

    @property
    def share(self) -> float:
        """The median of the ratios of neighbouring windows."""
        return statistics.median(on / off for off, on in zip(self.off, self.on, strict=True))


def main() -> int:
    """0 when turns with history are at least 90 % of those without, at the pace of speech."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexy-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        rates = asyncio.run(_run(Path(folder), given.rounds, given.seconds))
    text = report(rates)
    print(text)
    write_section("history", "Cost of history", told("python -m bench.history", text))
    return 0 if rates[0].share >= LEAST_SHARE else 1


def report(rates: Sequence[Rates]) -> str:
    """The table, and how it came about."""
    rows = [
        (each.load, f"{statistics.median(each.off):.1f}", f"{statistics.median(each.on):.1f}", f"{each.share:.3f}",
         must)
        for each, must in zip(rates, (f"≥ {LEAST_SHARE:g}", f"aim {LEAST_SHARE:g}"), strict=True)
    ]  # fmt: skip
    return (
        f"{table(('model', 'turns/s without history', 'with it', 'ratio', 'must'), rows)}\n\n{PEOPLE} people who ask "
        "again at once, two sentences of one second each, two servers on the same cores asked in turn; with history "
        "means history, memory, ledger and outbox on the embedded PostgreSQL, which shares the cores with the server, "
        "the client and the scripted model. Medians; the ratio is that of neighbouring windows."
    )


async def _run(folder: Path, rounds: int, seconds: float) -> Sequence[Rates]:
    cores = sorted(os.sched_getaffinity(0))
    async with AsyncExitStack() as stack:
        llm = await stack.enter_async_context(ScriptedLlm(SPEECH))
        off = await stack.enter_async_context(running(_recipe(folder, llm.port, keeps=False), cores))
        on = await stack.enter_async_context(running(_recipe(folder, llm.port, keeps=True), cores))
        seen = []
        for load in (SPEECH, WITHOUT_PAUSE):
            llm.play(load)
            seen.append(await _rates(load, (off, on), rounds, seconds))
    return seen


def _recipe(folder: Path, llm_port: int, *, keeps: bool) -> Recipe:
    home = folder / ("on" if keeps else "off")
    for each in (home, folder / "shared"):
        each.mkdir(mode=0o711, exist_ok=True)
    made = ours(home, llm_port=llm_port, sound_seconds=SPEECH.sound_seconds)
    own = {"DATABASE_ENABLED": str(keeps).lower(), "DATABASE_SHARED_FOLDER": str(folder / "shared")}
    return replace(made, environment={**made.environment, **own})


async def _rates(load: Load, servers: Sequence[Server], rounds: int, seconds: float) -> Rates:
    """The first round only warms; who begins changes from round to round."""
    seen: list[list[float]] = [[] for _ in servers]
    for number in range(rounds + 1):
        order = list(zip(servers, seen, strict=True))
        for server, windows in order if number % 2 else reversed(order):
            async with open_sessions(server, PEOPLE) as sessions:
                turns = sum(await asyncio.gather(*(_turns(session, seconds) for session in sessions)))
            if number:
                windows.append(turns / seconds)
    return Rates(load=load.name, off=seen[0], on=seen[1])


async def _turns(session: Session, seconds: float) -> int:
    until, turns = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        turns += (await session.ask()).ended
    return turns


if __name__ == "__main__":
    sys.exit(main())
