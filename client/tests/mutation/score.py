"""Scores the bound judge: `python -m client.tests.mutation.score [--only NAME ...] [--record first_run|final]`."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from client.tests.mutation.adapter import bound_judge
from client.tests.mutation.all_cases import FAULTS, GOOD_STREAMS
from client.tests.mutation.case import GoodStream
from client.tests.mutation.scoring import Case, Verdict, counts, judge_all

SCORES = Path(__file__).with_name("scores.json")
RUNS = ("first_run", "final")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every fault was caught and no good stream was blamed, 1 else, 2 where nothing could be judged."""
    asked = _parser().parse_args(arguments)
    judge = bound_judge()
    cases = wanted(asked.only)
    problem = _problem(bound=judge is not None, cases=cases, record=asked.record, only=asked.only)
    if judge is None or problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    begin = time.monotonic()
    verdicts = judge_all(judge, cases)
    sys.stdout.write(report(verdicts, time.monotonic() - begin))
    if asked.record:
        record(asked.record, verdicts, SCORES)
    return 0 if all(verdict.right for verdict in verdicts) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m client.tests.mutation.score", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these cases, by their names")
    parser.add_argument("--record", choices=RUNS, help=f"write the scores of all cases to {SCORES.name}")
    return parser


def wanted(names: Sequence[str]) -> list[Case]:
    """The cases with these names, all where there are none."""
    cases: list[Case] = [*GOOD_STREAMS, *FAULTS]
    return [case for case in cases if not names or case.name in names]


def _problem(*, bound: bool, cases: Sequence[Case], record: str | None, only: Sequence[str]) -> str:
    if not bound:
        return "no judge is bound: see client/tests/mutation/adapter.py"
    if not cases:
        return "no case has such a name"
    if record and only:
        return "only a run of all cases is recorded: leave out --only"
    # A first run is the first run: it is never written again.
    if record == RUNS[0] and RUNS[0] in recorded(SCORES):
        return f"{SCORES.name} has a first run already"
    return ""


def recorded(path: Path) -> dict[str, Any]:
    """What the file holds."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def record(run: str, verdicts: Sequence[Verdict], path: Path) -> None:
    """Write one run beside the other."""
    wrong = [verdict for verdict in verdicts if not verdict.right]
    entry = {
        "right_of": {name: [count.right, count.of] for name, count in counts(verdicts).items()},
        "missed": sorted(verdict.case.name for verdict in wrong if not isinstance(verdict.case, GoodStream)),
        "false_alarms": sorted(verdict.case.name for verdict in wrong if isinstance(verdict.case, GoodStream)),
    }
    path.write_text(json.dumps({**recorded(path), run: entry}, indent=2) + "\n", encoding="utf-8")


def report(verdicts: Sequence[Verdict], seconds: float) -> str:
    """A table, and a line for each case that went wrong."""
    lines = ["what            right    of    share"]
    lines += [
        f"{name:<14} {count.right:>6} {count.of:>5} {count.share():>7.1%}" for name, count in counts(verdicts).items()
    ]
    lines += [f"  {verdict.story()}" for verdict in verdicts if not verdict.right]
    slowest = max(verdicts, key=lambda verdict: verdict.seconds)
    lines.append(f"{len(verdicts)} cases in {seconds:.0f} s; the slowest: {slowest.case.name}, {slowest.seconds:.1f} s")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
