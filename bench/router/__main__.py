"""`python -m bench.router`: measure, tell, and write the router's section of `docs/benchmarks.md`."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bench.router.phases import Bench, Results
from bench.router.plan import FULL, QUICK, Plan
from bench.router.stage import NotMeasured
from bench.router.verdict import Figure, figures, met
from bench.section import say, surroundings, table, told, write_section
from bench.stopping import Stopped, stoppable
from bench.voice.accounting import Cores
from bench.voice.servers import ServerFailed

_COMMAND = "python -m bench.router"
_NOTES = Path(__file__).with_name("notes.md")
_HEAD = ("figure", "must", "aim", "reached", "bare pass-through", "ratio", "verdict")


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
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return stopped.code
    rows = figures(results)
    text = f"{table(_HEAD, [_cells(row) for row in rows])}\n\n{_surroundings(results, time.monotonic() - began)}"
    print(text)
    if plan is QUICK:
        return 0
    notes = _NOTES.read_text(encoding="utf-8")
    write_section("router", "Router", told(_COMMAND, f"{text}\n\n{notes}"))
    return 0 if met(rows) else 1


def _measured(plan: Plan) -> Results:
    cores = Cores.ours()
    os.sched_setaffinity(0, (cores.load,))
    with tempfile.TemporaryDirectory(prefix="nexy-router-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)
        return uvloop.run(_within(plan, Bench(plan=plan, cores=cores, say=say), folder))


async def _within(plan: Plan, bench: Bench, folder: Path) -> Results:
    async with stoppable(), asyncio.timeout(plan.whole_seconds):
        return await bench.run(folder)


def _cells(row: Figure) -> Sequence[str]:
    return (row.what, row.must, row.aim, row.reached, row.baseline, row.ratio, row.verdict)


def _surroundings(results: Results, seconds: float) -> str:
    groups = (results.judged, results.others, results.paced, results.added, results.first)
    seen = [window for group in groups for each in group for window in (*each.ours, *each.bare)]
    return surroundings([window.strangers_share for window in seen], seconds)


if __name__ == "__main__":
    sys.exit(main())
