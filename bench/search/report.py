"""What one run says, in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.router.verdict import Figure
from bench.search.judging import BASELINE, Judged
from bench.search.ours import WITH_VECTORS, WITHOUT_MODEL
from bench.search.quality_tables import package_table, pair_table, question_table, signal_table, size_line
from bench.search.speed import Speed
from bench.search.speed_tables import step_table, told_of_pipeline
from bench.search.systems import signals_left_out
from bench.section import table

_NOTES = Path(__file__).with_name("notes.md")
# Never written again: what the judge said before anybody could learn from it.
_FIRST_RUN = Path(__file__).with_name("first_run.md")
_HEAD = ("figure", "must", "aim", "reached", "baseline", "difference or ratio", "verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Both parts judged in the same run, and what was timed."""

    tuning: Judged
    held_out: Judged
    speed: Speed


def figure_table(rows: Sequence[Figure]) -> str:
    """What was asked for beside what was reached."""
    cells = [(row.what, row.must, row.aim, row.reached, row.baseline, row.ratio, row.verdict) for row in rows]
    return table(_HEAD, cells)


def quality_text(seen: Judged) -> str:
    """Every table of one part."""
    missing = signals_left_out(seen.systems())
    whole = [name for name in seen.systems() if name not in missing.values()]
    best = WITH_VECTORS if WITH_VECTORS in whole else WITHOUT_MODEL
    parts = [size_line(seen), pair_table(seen, whole), question_table(seen, whole)]
    if missing:
        parts += [f"What each signal adds to “{best}”:", signal_table(seen, best, missing)]
    return "\n\n".join((*parts, package_table(seen, [BASELINE, *dict.fromkeys((WITHOUT_MODEL, best))])))


def speed_text(speed: Speed) -> str:
    """Every step and stage."""
    return f"{told_of_pipeline(speed)}\n\n{step_table(speed)}"


def whole_text(rows: Sequence[Figure], results: Results, surroundings: str) -> str:
    """The section of the document without its heading."""
    parts = (
        figure_table(rows),
        surroundings,
        "**Packages that were set aside** (nothing was tuned on them)",
        quality_text(results.held_out),
        _FIRST_RUN.read_text(encoding="utf-8"),
        "**Packages that the ranking was tuned on**",
        quality_text(results.tuning),
        "**Speed**, everything on one core",
        speed_text(results.speed),
        _NOTES.read_text(encoding="utf-8"),
    )
    return "\n\n".join(parts)
