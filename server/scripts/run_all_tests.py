"""Runs the tests and checks level by level and sums up.

Usage: python server/scripts/run_all_tests.py [HOST PORT] [--level unit|integration|smoke|contract|e2e|chaos|all]

Where nobody listens on this machine, a server is started for the checks and stopped afterwards.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from check_grpc_health import is_open
from operator_checks import FAILED, PASSED, STEP, WARNED, Target, parser, target_of
from own_server import SERVE, Doors, NotStarted, own_server

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parents[1]
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NO_TESTS_COLLECTED = 5
PYTEST_SECONDS = 900
SCRIPT_SECONDS = 180


class Result(StrEnum):
    """How a step went; absent is not passed."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestRun:
    """A run of pytest over paths of the repository, with a marker expression."""

    paths: tuple[str, ...]
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """An operator check beside this file; `web` asks the HTTP port instead of the gRPC port."""

    name: str
    web: bool = False


Step = PytestRun | Script

LEVELS: dict[str, tuple[Step, ...]] = {
    "unit": (PytestRun(paths=("server/tests",), marks="not slow and not system"),),
    "integration": (
        PytestRun(paths=("server/tests",), marks="slow and not system"),
        Script(name="test_mcp_full_integration.py"),
    ),
    "smoke": (Script(name="grpc_smoke.py"), Script(name="check_grpc_health.py", web=True)),
    "contract": (
        PytestRun(paths=("protocol/tests", "client/tests"), marks="not system"),
        Script(name="grpc_contract_tests.py"),
        Script(name="test_backpressure.py"),
        Script(name="test_interceptor_errors.py"),
    ),
    "e2e": (
        Script(name="test_full_pipeline_e2e.py"),
        Script(name="test_full_chain_client.py"),
        Script(name="test_welcome_audio.py"),
    ),
    "chaos": (Script(name="chaos_smoke.py"),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the summary."""

    level: str
    step: str
    result: Result
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that decides what a run does."""

    target: Target
    http_port: int
    levels: dict[str, tuple[Step, ...]]
    scripts: Path = SCRIPTS
    serve: Sequence[str] = SERVE

    def rows(self) -> list[Row]:
        """Run every step of every level in order."""
        with ExitStack() as stack:
            doors = self.doors(stack)
            return [self.row(level, step, doors) for level, steps in self.levels.items() for step in steps]

    def doors(self, stack: ExitStack) -> Doors | None:
        """The server to check: the one that listens, else one of our own; None when no step needs or reaches one."""
        if not any(isinstance(step, Script) and self.exists(step) for steps in self.levels.values() for step in steps):
            return None
        if is_open(self.target.host, self.target.port, 2):
            return Doors(host=self.target.host, grpc_port=self.target.port, http_port=self.http_port)
        if self.target.host not in LOOPBACK:
            print(f"{FAILED} {self.target.address} недоступен")
            return None
        print(f"{STEP} {self.target.address} не отвечает: запускаю собственный сервер...", flush=True)
        try:
            return stack.enter_context(own_server(self.serve))
        except NotStarted as failed:
            print(f"{FAILED} Сервер не запустился: {failed}")
            return None

    def exists(self, script: Script) -> bool:
        """Whether the check has been written yet."""
        return (self.scripts / script.name).exists()

    def row(self, level: str, step: Step, doors: Doors | None) -> Row:
        """Run one step and time it."""
        name = step.name if isinstance(step, Script) else f"pytest {' '.join(step.paths)} -m '{step.marks}'"
        if isinstance(step, Script) and not self.exists(step):
            return Row(level=level, step=name, result=Result.ABSENT)
        print(f"\n{STEP} {level}: {name}", flush=True)
        began = time.monotonic()
        result = self.script(step, doors) if isinstance(step, Script) else pytest_result(step)
        return Row(level=level, step=name, result=result, seconds=time.monotonic() - began)

    def script(self, script: Script, doors: Doors | None) -> Result:
        """Run one check against the server; without a server it has failed."""
        if doors is None:
            return Result.FAILED
        port = doors.http_port if script.web else doors.grpc_port
        arguments = [doors.host, str(port), "--timeout", str(self.target.timeout)]
        arguments += ["--grpc-port", str(doors.grpc_port)] if script.web else []
        arguments += ["--tls"] if self.target.encrypted else []
        code = bounded([sys.executable, str(self.scripts / script.name), *arguments], SCRIPT_SECONDS)
        return Result.PASSED if code == 0 else Result.FAILED


def pytest_result(tests: PytestRun) -> Result:
    """Run pytest; a selection without a single test is absent."""
    code = bounded([sys.executable, "-m", "pytest", *tests.paths, "-v", "-m", tests.marks], PYTEST_SECONDS)
    if code == NO_TESTS_COLLECTED:
        return Result.ABSENT
    return Result.PASSED if code == 0 else Result.FAILED


def bounded(command: Sequence[str], seconds: float) -> int:
    """The exit code; a command that takes too long is ended and counts as failed."""
    try:
        return subprocess.run(command, cwd=ROOT, timeout=seconds, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"{FAILED} не завершено за {seconds:g} с")
        return 1


def summarise(rows: Sequence[Row]) -> int:
    """Print the table; 0 when something passed and nothing failed."""
    signs = {Result.PASSED: PASSED, Result.FAILED: FAILED, Result.ABSENT: WARNED}
    width = max(len(row.step) for row in rows)
    print()
    for row in rows:
        print(f"{signs[row.result]} {row.level:<12} {row.step:<{width}} {row.result:<7} {row.seconds:7.1f} s")
    counts = {result: sum(row.result is result for row in rows) for result in Result}
    print(", ".join(f"{result}: {count}" for result, count in counts.items()))
    return 0 if counts[Result.PASSED] and not counts[Result.FAILED] else 1


def main(given: Sequence[str]) -> int:
    """The whole program."""
    arguments = parser(__doc__, port=50051)
    arguments.add_argument("--level", choices=(*LEVELS, "all"), default="all")
    arguments.add_argument("--http-port", type=int, default=8080, help="of a server that already runs")
    options = arguments.parse_args(given)
    target = target_of(arguments, options)
    levels = LEVELS if options.level == "all" else {options.level: LEVELS[options.level]}
    http_port = target.port if target.encrypted else options.http_port
    return summarise(Run(target=target, http_port=http_port, levels=levels).rows())


if __name__ == "__main__":
    # A run that is ended must end its server too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
