"""`python -m bench.voice`: measure, tell, and write the voice section of `docs/benchmarks.md`."""

import argparse
import asyncio
import os
import resource
import sys
import time
from pathlib import Path

import grpc
import uvloop

from bench.voice.accounting import Cores
from bench.voice.pair import NotTheSame
from bench.voice.phases import Bench, Results
from bench.voice.plan import FULL, QUICK, Plan
from bench.voice.report import Report, write_section
from bench.voice.servers import ROOT, ServerFailed


def main() -> int:
    """0 when every must is met, 1 when one is missed, 2 when nothing could be measured; --quick judges nothing."""
    given = _arguments()
    plan = QUICK if given.quick else FULL
    cores = Cores.ours()
    _prepare_this_process(cores)
    began = time.monotonic()
    try:
        results = uvloop.run(_run(plan, Bench(plan=plan, cores=cores, say=_say)))
    except (ServerFailed, NotTheSame) as failed:
        print(f"not measured: {failed}", file=sys.stderr)
        return 2
    except grpc.aio.AioRpcError as failed:
        print(f"not measured: a call failed with {failed.code().name}: {failed.details()}", file=sys.stderr)
        return 2
    except TimeoutError:
        print(f"not measured: it took more than {plan.whole_seconds:.0f} s", file=sys.stderr)
        return 2
    report = Report(results=results, plan=plan, seconds=time.monotonic() - began)
    print(report.table())
    if given.json:
        given.json.write_bytes(report.json())
    if given.quick:
        return 0
    write_section(given.docs, report.section())
    return 0 if all(figure.met for figure in report.figures) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.voice", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only prove that the benchmark works; writes no docs")
    parser.add_argument("--json", type=Path, help="write everything that was seen to this file")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the file to rewrite")
    return parser.parse_args()


def _prepare_this_process(cores: Cores) -> None:
    """The load keeps to its core; hundreds of connections need as many descriptors."""
    os.sched_setaffinity(0, (cores.load,))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _run(plan: Plan, bench: Bench) -> Results:
    async with asyncio.timeout(plan.whole_seconds):
        return await bench.run()


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
