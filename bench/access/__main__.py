"""`python -m bench.access`: measure, tell, and write the section "Access" of `docs/benchmarks.md`."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bench.access.checks import checks
from bench.access.plan import FULL, QUICK, Plan
from bench.access.reads import reads
from bench.access.sign_in import sign_ins
from bench.access.stage import demo_person, served
from bench.access.verdict import Results, figures
from bench.router.stage import NotMeasured
from bench.router.verdict import Figure, met
from bench.section import say, surroundings, table, told, write_section
from bench.voice.accounting import Cores
from bench.voice.servers import ServerFailed

_COMMAND = "python -m bench.access"
_NOTES = Path(__file__).with_name("notes.md")
_HEAD = ("figure", "must", "reached", "baseline", "ratio", "verdict")


def main() -> int:
    """0 when every must is met, 1 when one is missed, 2 when nothing could be measured; --quick judges nothing."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only prove that the benchmark works; writes no docs")
    plan = QUICK if parser.parse_args().quick else FULL
    began = time.monotonic()
    try:
        results = _measured(plan)
    except (ServerFailed, NotMeasured, TimeoutError) as failed:
        print(f"not measured: {str(failed) or f'it took more than {plan.whole_seconds:.0f} s'}", file=sys.stderr)
        return 2
    rows = figures(results)
    text = f"{table(_HEAD, [_cells(row) for row in rows])}\n\n{_surroundings(results, time.monotonic() - began)}"
    print(text)
    if plan is QUICK:
        return 0
    notes = _NOTES.read_text(encoding="utf-8")
    write_section("access", "Access", told(_COMMAND, f"{text}\n\n{notes}"))
    return 0 if met(rows) else 1


def _measured(plan: Plan) -> Results:
    cores = Cores.ours()
    with tempfile.TemporaryDirectory(prefix="nexy-access-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)
        return uvloop.run(_within(plan, cores, folder))


async def _within(plan: Plan, cores: Cores, folder: Path) -> Results:
    async with asyncio.timeout(plan.whole_seconds):
        say("signing in, as installed")
        async with served(folder, cores, cores.everything) as nexy:
            installed = await sign_ins(plan, nexy.address)
        os.sched_setaffinity(0, (cores.load,))
        async with served(folder, cores, (cores.server,)) as nexy:
            say("signing in, server on one core")
            pinned = await sign_ins(plan, nexy.address)
            say("reading rows")
            seen = await reads(plan, folder, nexy, await demo_person(nexy.address))
            say("who asks")
            return Results(installed=installed, pinned=pinned, reads=seen, checks=await checks(plan, folder, nexy))


def _cells(row: Figure) -> Sequence[str]:
    return (row.what, row.must, row.reached, row.baseline, row.ratio, row.verdict)


def _surroundings(results: Results, seconds: float) -> str:
    seen = [*results.reads.few, *results.reads.many, *results.reads.alone]
    return surroundings([window.strangers for window in seen], seconds)


if __name__ == "__main__":
    sys.exit(main())
