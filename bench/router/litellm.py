"""`python -m bench.router.litellm VENV`: LiteLLM beside Nexy, measured in the same way; `make bench-litellm`."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvloop

from bench.router.jobs import Job, jobs
from bench.router.litellm_server import START_SECONDS
from bench.router.plan import TOKENS
from bench.router.provider import OPENAI_MODEL, Pace, script
from bench.router.stage import NotMeasured, Stage, Target, program, stage
from bench.router.window import Seen, Window
from bench.section import table, told, write_section
from bench.stopping import Stopped, stoppable
from bench.voice.accounting import Cores
from bench.voice.servers import Recipe, ServerFailed
from bench.voice.spread import Spread

_HEAD = ("figure", "Nexy", "LiteLLM", "Nexy to LiteLLM")
_ROUNDS = 3
_WHOLE_SECONDS = 290.0
_LATER = Pace(first_seconds=0.02)


def main() -> int:
    """0 when both were measured, 2 otherwise; writes its section of `docs/benchmarks.md`."""
    parser = argparse.ArgumentParser(prog="python -m bench.router.litellm", description=__doc__)
    parser.add_argument("environment", type=Path, help="a virtual environment that has litellm[proxy]")
    environment = parser.parse_args().environment.resolve()
    cores = Cores.ours()
    os.sched_setaffinity(0, (cores.load,))
    try:
        with tempfile.TemporaryDirectory(prefix="nexy-router-", dir="/tmp") as made:
            Path(made).chmod(0o711)
            rows = uvloop.run(_measured(Path(made), cores, environment))
    except (ServerFailed, NotMeasured, TimeoutError) as failed:
        print(f"not measured: {str(failed) or 'it took too long'}", file=sys.stderr)
        return 2
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return stopped.code
    about = f"LiteLLM {_version(environment)}, one worker, with a master key, without a database and logging."
    text = f"{table(_HEAD, rows)}\n\n{about}"
    print(text)
    write_section("router-litellm", "Router beside LiteLLM", told("make bench-litellm", text))
    return 0


def _version(environment: Path) -> str:
    asked = "import importlib.metadata as m; print(m.version('litellm'))"
    return subprocess.run(
        (environment / "bin" / "python", "-c", asked), capture_output=True, text=True, check=True
    ).stdout.strip()


def _recipe(environment: Path, folder: Path, provider: str) -> Recipe:
    place = ("--environment", str(environment), "--upstream", f"http://{provider}")
    return replace(program(folder, "litellm_server", *place), start_seconds=START_SECONDS)


async def _measured(folder: Path, cores: Cores, environment: Path) -> Sequence[Sequence[str]]:
    async with (
        stoppable(),
        asyncio.timeout(_WHOLE_SECONDS),
        stage(folder, cores, TOKENS, other=partial(_recipe, environment)) as made,
    ):
        asked = jobs(script(OPENAI_MODEL, TOKENS).answer)
        whole, stream = [job.passing(await made.reply_of(job.baseline)) for job in (asked.whole, asked.stream)]
        return (
            *[await _rates(made, job) for job in (whole, stream)],
            *await _added(made, whole),
            _memory(made),
        )


async def _rates(made: Stage, job: Job) -> Sequence[str]:
    window = Window(stage=made, job=job, connections=16, seconds=3.0, rewritten=True)
    sides = [await _rounds(window, target) for target in (made.ours, made.bare)]
    ours, theirs = (Spread.of([seen.per_core_second for seen in side]) for side in sides)
    what = f"60-token {'streams' if job.streamed else 'answers'} per core-second"
    return (what, ours.text(0), theirs.text(0), f"{ours.median / theirs.median:.0f}×")


async def _rounds(window: Window, target: Target) -> Sequence[Seen]:
    return [await window.of(target) for _ in range(_ROUNDS)]


async def _added(made: Stage, job: Job) -> Sequence[Sequence[str]]:
    """Few connections: at more of them one of the two would be full."""
    await made.play(_LATER)
    window = Window(stage=made, job=job, connections=1, seconds=3.0, rewritten=True)
    direct, ours, theirs = [await window.of(target) for target in (made.direct, made.ours, made.bare)]
    await made.play(Pace())
    rows = []
    for share in (0.5, 0.95):
        mine, others = (side.whole(share) - direct.whole(share) for side in (ours, theirs))
        what = f"added p{100 * share:g} at a provider of 20 ms, one connection"
        rows.append((what, f"{mine:.1f} ms", f"{others:.1f} ms", f"{mine / others:.2f}×"))
    return rows


def _memory(made: Stage) -> Sequence[str]:
    ours, theirs = (target.members().pss_mb() for target in (made.ours, made.bare))
    return ("PSS after all this", f"{ours:.0f} MB", f"{theirs:.0f} MB", f"{ours / theirs:.2f}×")


if __name__ == "__main__":
    sys.exit(main())
