"""`python -m bench.search.pipeline`: indexes and searches through the server's own modules on one core.

A process of its own, so that its memory is that of the work; what it measures goes to a file as JSON.
"""

import argparse
import asyncio
import json
import os
import resource
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.router.processes import Members
from nexy.cli.parts import running_parts
from nexy.cli.surroundings import Surroundings
from nexy.contracts.capabilities import CODE_SEARCH, DATABASE
from nexy.contracts.code_search import FindCode, IndexCode, IndexReport
from nexy.core.module_coordinator import ModuleCoordinator

_MB = 1024.0
_ADDED = "\n\ndef changed_by_the_bench_{number}(value):\n    return value + {number}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """One run: `seconds` from the request to the report, processor time of the process and of PostgreSQL."""

    files: int
    chunks: int
    read_files: int
    seconds: float
    stages: dict[str, float]
    own_cpu: float
    database_cpu: float
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`peak_mb` is the largest resident size of the process up to the end of the large run; times in milliseconds.

    `query_cpu_ms` is processor time per question, PostgreSQL's and the loop's included.
    """

    large: Indexing
    peak_mb: float
    base_mb: float
    answers: int
    query_cpu_ms: float
    milliseconds: Sequence[float] = field(repr=False)
    pulls: Sequence[Indexing] = ()


def main() -> None:
    """Everything on the core that is named; the database that comes up inherits it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("home", "large", "small", "questions", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("core", "warm", "changed", "rounds"):
        parser.add_argument(f"--{name}", type=int, required=True)
    chosen = parser.parse_args()
    os.sched_setaffinity(0, (chosen.core,))
    measured = asyncio.run(_measured(chosen))
    chosen.out.write_text(json.dumps(asdict(measured)), encoding="utf-8")


async def _measured(chosen: argparse.Namespace) -> Measured:
    questions: Sequence[str] = json.loads(chosen.questions.read_text(encoding="utf-8"))
    surroundings = Surroundings.read(chosen.home)
    async with running_parts(surroundings, (DATABASE, CODE_SEARCH)) as parts:
        await _indexed(parts, chosen.home, chosen.small, "small")
        base = _peak_mb()
        large = await _indexed(parts, chosen.home, chosen.large, "large")
        peak = _peak_mb()
        before = sum(Members.of(os.getpid(), chosen.home).cpu_seconds())
        milliseconds, answers = await _asked(parts, questions, chosen.warm)
        spent = sum(Members.of(os.getpid(), chosen.home).cpu_seconds()) - before
        pulls = [await _pulled(parts, chosen, number) for number in range(chosen.rounds)]
    return Measured(
        large=large,
        peak_mb=peak,
        base_mb=base,
        answers=answers,
        query_cpu_ms=1000 * spent / len(questions),
        milliseconds=milliseconds,
        pulls=pulls,
    )


async def _indexed(parts: ModuleCoordinator, home: Path, source: Path, name: str) -> Indexing:
    before, began = Members.of(os.getpid(), home).cpu_seconds(), time.monotonic()
    report = await _report(parts, IndexCode(source=str(source), name=name))
    seconds = time.monotonic() - began
    after = Members.of(os.getpid(), home).cpu_seconds()
    return Indexing(
        files=report.files,
        chunks=report.chunks,
        read_files=report.read_files,
        seconds=seconds,
        stages=dict(report.seconds),
        own_cpu=after[0] - before[0],
        database_cpu=after[1] - before[1],
        passed=report.self_test.passed,
    )


async def _report(parts: ModuleCoordinator, request: IndexCode) -> IndexReport:
    async with aclosing(await parts.get(CODE_SEARCH).process(request)) as steps:
        async for step in steps:
            if isinstance(step, IndexReport):
                return step
    raise RuntimeError("the run ended without a report")


async def _asked(parts: ModuleCoordinator, questions: Sequence[str], warm: int) -> tuple[Sequence[float], int]:
    """Each question once, so that none is answered from the cache; the first `warm` are not counted."""
    milliseconds, answers = [], 0
    for text in questions:
        began = time.perf_counter()
        found = await parts.get(CODE_SEARCH).process(FindCode(query=text, limit=10))
        milliseconds.append((time.perf_counter() - began) * 1000)
        answers += bool(found.hits) and not found.cached
    return milliseconds[warm:], answers


async def _pulled(parts: ModuleCoordinator, chosen: argparse.Namespace, number: int) -> Indexing:
    """Other files in every round, as a pull that touches them."""
    files = sorted(path for path in chosen.small.rglob("*") if path.is_file())
    step = max(1, len(files) // chosen.changed)
    for path in files[number % step :: step][: chosen.changed]:
        with path.open("a", encoding="utf-8") as file:
            file.write(_ADDED.format(number=number))
    return await _indexed(parts, chosen.home, chosen.small, "small")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB


if __name__ == "__main__":
    main()
