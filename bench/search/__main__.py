"""`python -m bench.search`: how well and how fast code is found; writes that section of `docs/benchmarks.md`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.router.stage import NotMeasured
from bench.router.verdict import Figure, met
from bench.search.fetching import NotFetched
from bench.search.judging import Judged, judged
from bench.search.ours import Indexes
from bench.search.packages import Part
from bench.search.plan import FULL
from bench.search.report import Results, figure_table, quality_text, speed_text, whole_text
from bench.search.semantic import Vectors
from bench.search.speed import Speed, large_sources, speed
from bench.search.systems import compared, without_each
from bench.search.verdict import quality_figures, speed_figures
from bench.section import say, told, write_section
from nexy.config.code_ranking_section import RankingConfig

_COMMAND = "python -m bench.search"


def main() -> int:
    """0 when every must is met or nothing is judged, 1 when one is missed, 2 when something could not be measured."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--quality", action="store_true", help="only how well is found in one part; writes no docs")
    parser.add_argument("--part", choices=list(Part), default=Part.TUNING, help="which packages (default: tuning)")
    parser.add_argument("--vectors", action="store_true", help="with the embedding package; minutes the first time")
    parser.add_argument("--signals", action="store_true", help="also ours without each signal in turn")
    parser.add_argument("--speed", action="store_true", help="only how fast; writes no docs")
    chosen = parser.parse_args()
    try:
        if chosen.quality:
            print(quality_text(_judged(Part(chosen.part), vectors=chosen.vectors, each_signal=chosen.signals)))
            return 0
        return _timed() if chosen.speed else _everything()
    except (NotFetched, NotMeasured) as failed:
        print(f"not measured: {failed}", file=sys.stderr)
        return 2


def _everything() -> int:
    began = time.monotonic()
    results = Results(
        tuning=_judged(Part.TUNING, vectors=True, each_signal=False),
        held_out=_judged(Part.HELD_OUT, vectors=True, each_signal=True),
        speed=_speed(),
    )
    rows = [*quality_figures(results.held_out), *speed_figures(results.speed)]
    minutes = (time.monotonic() - began) / 60
    surroundings = f"{minutes:.0f} minutes in all; load average at the end {os.getloadavg()[0]:.1f}."
    text = whole_text(rows, results, surroundings)
    print(text)
    write_section("search", "Search over code", told(_COMMAND, text))
    return _judgement(rows)


def _timed() -> int:
    seen = _speed()
    rows = speed_figures(seen)
    print(f"{figure_table(rows)}\n\n{speed_text(seen)}")
    return _judgement(rows)


def _judgement(rows: Sequence[Figure]) -> int:
    return 0 if met(rows) else 1


def _judged(part: Part, *, vectors: bool, each_signal: bool) -> Judged:
    config = RankingConfig()
    with ExitStack() as stack:
        model = stack.enter_context(Vectors.packaged()) if vectors else None
        indexes = stack.enter_context(Indexes.temporary(model))
        lacking = without_each(indexes, config) if each_signal else {}
        return judged(part, {**compared(indexes, config), **lacking}, say)


def _speed() -> Speed:
    sources = large_sources(FULL)
    # The database runs as somebody else when we are root, and must get to its folder.
    with tempfile.TemporaryDirectory(prefix="nexy-search-", dir="/tmp") as made:
        Path(made).chmod(0o711)
        return speed(FULL, Path(made), sources)


if __name__ == "__main__":
    sys.exit(main())
