"""The documented stream tests, again and again: `python -m bench.sensor.hundred_runs [--runs N] [--load N]`.

Each run is a pytest of its own with a server of its own, as a person would start it; `--load` keeps so many processes
busy meanwhile. A run that fails is printed with its tests. Exit code 0 where every run passed.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = "client/tests/integration/grpc/"
_LONGEST_RUN_SECONDS = 180
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_BUSY = "while True: sum(range(10_000))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pytest: its exit code, its length, which tests failed, and what it printed."""

    code: int
    seconds: float
    failed: tuple[str, ...]
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All runs in figures."""

    runs: int
    passed: int
    load: int
    median_seconds: float
    longest_seconds: float
    failed_tests: tuple[str, ...]


def one_run() -> Run:
    """As a person runs them, from the top of the checkout; one that hangs is a failure."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS]
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_LONGEST_RUN_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Run(code=-1, seconds=time.monotonic() - began, failed=("the run did not end",), output="")
    failed = tuple(_FAILED.findall(done.stdout))
    return Run(
        code=done.returncode, seconds=time.monotonic() - began, failed=failed, output=f"{done.stdout}{done.stderr}"
    )


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that do nothing but work."""
    started = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def tally(runs: list[Run], load: int) -> Tally:
    """The figures."""
    seconds = [run.seconds for run in runs]
    return Tally(
        runs=len(runs),
        passed=sum(run.code == 0 for run in runs),
        load=load,
        median_seconds=round(statistics.median(seconds), 2),
        longest_seconds=round(max(seconds), 2),
        failed_tests=tuple(name for run in runs for name in run.failed),
    )


def main() -> int:
    """Run, print, and tell by the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--load", type=int, default=0)
    options = parser.parse_args()
    runs: list[Run] = []
    with busy(options.load):
        for number in range(1, options.runs + 1):
            runs.append(one_run())
            last = runs[-1]
            print(f"{number:4} {'passed' if last.code == 0 else 'FAILED'} {last.seconds:6.1f} s", flush=True)
            if last.code:
                print(last.output, flush=True)
    figures = tally(runs, options.load)
    print(json.dumps(asdict(figures), indent=1))
    return 0 if figures.passed == figures.runs else 1


if __name__ == "__main__":
    sys.exit(main())
