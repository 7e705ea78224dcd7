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
from dataclasses import replace
from pathlib import Path

from bench.history_lock import locked
from bench.voice.load import Load
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Recipe, Server, ours, running
from bench.voice.sessions import Session, open_sessions

# Judged at the pace of speech, with more people than a small server is made for; told beside it without any pause,
# where the database and the client compete for the same cores as the server.
_LOAD = Load(name="history", sentences=2, token_seconds=0.03, sound_seconds=1.0)
_WITHOUT_PAUSE = replace(_LOAD, token_seconds=0.0)
_PEOPLE = 60
_LEAST_SHARE = 0.9
_MOST_DELAY = 1.1


def main() -> int:
    """0 when turns with history are at least 90 % of those without, and a locked database delays no first word."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexy-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        return asyncio.run(_run(Path(folder), given.rounds, given.seconds))


async def _run(folder: Path, rounds: int, seconds: float) -> int:
    cores = sorted(os.sched_getaffinity(0))
    async with AsyncExitStack() as stack:
        llm = await stack.enter_async_context(ScriptedLlm(_LOAD))
        off = await stack.enter_async_context(running(_recipe(folder, llm.port, keeps=False), cores))
        on = await stack.enter_async_context(running(_recipe(folder, llm.port, keeps=True), cores))
        without, kept = await _rates((off, on), rounds, seconds)
        llm.play(_WITHOUT_PAUSE)
        most, most_kept = await _rates((off, on), rounds, seconds)
        normal, blocked = await _first_words(on, folder / "on", folder / "shared", rounds)
    share, delay = kept / without, blocked / normal
    print(f"turns per second: {without:.1f} without history, {kept:.1f} with it: {share:.3f} (must be {_LEAST_SHARE})")
    print(f"without a pause between words: {most:.1f} and {most_kept:.1f}: {most_kept / most:.3f} (not judged)")
    print(f"first word: {normal * 1000:.1f} ms, with every table locked {blocked * 1000:.1f} ms: {delay:.3f} "
          f"(must not be above {_MOST_DELAY})")  # fmt: skip
    return 0 if share >= _LEAST_SHARE and delay <= _MOST_DELAY else 1


def _recipe(folder: Path, llm_port: int, *, keeps: bool) -> Recipe:
    home = folder / ("on" if keeps else "off")
    for each in (home, folder / "shared"):
        each.mkdir(mode=0o711, exist_ok=True)
    made = ours(home, llm_port=llm_port, sound_seconds=_LOAD.sound_seconds)
    own = {"DATABASE_ENABLED": str(keeps).lower(), "DATABASE_SHARED_FOLDER": str(folder / "shared")}
    return replace(made, environment={**made.environment, **own})


async def _rates(servers: Sequence[Server], rounds: int, seconds: float) -> Sequence[float]:
    """Turns per second of each server, the median of windows that alternate; the first round only warms."""
    seen: list[list[float]] = [[] for _ in servers]
    for number in range(rounds + 1):
        for server, windows in zip(servers, seen, strict=True):
            async with open_sessions(server, _PEOPLE) as sessions:
                turns = sum(await asyncio.gather(*(_turns(session, seconds) for session in sessions)))
            if number:
                windows.append(turns / seconds)
    return [statistics.median(windows) for windows in seen]


async def _turns(session: Session, seconds: float) -> int:
    until, turns = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        turns += (await session.ask()).ended
    return turns


async def _first_words(server: Server, home: Path, shared: Path, rounds: int) -> tuple[float, float]:
    """Median seconds from a question to its first sound: as it is, and with every table locked."""
    normal: list[float] = []
    blocked: list[float] = []
    for _ in range(rounds):
        normal += await _waits(server)
        async with locked(home, shared):
            blocked += await _waits(server)
    return statistics.median(normal), statistics.median(blocked)


async def _waits(server: Server) -> list[float]:
    """A few people of whom nobody is known yet, each with a few questions."""
    waits = []
    async with open_sessions(server, 4) as sessions:
        for _ in range(5):
            for session in sessions:
                began = time.monotonic()
                heard = await session.ask()
                waits.append(heard.first_sound[0] - began)
    return waits


if __name__ == "__main__":
    sys.exit(main())
