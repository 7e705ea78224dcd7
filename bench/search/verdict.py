"""The figures of one run beside what is asked for."""

import dataclasses
from collections.abc import Sequence

from bench.router.verdict import Figure
from bench.search.judging import BASELINE, Judged
from bench.search.ours import WITH_VECTORS, WITHOUT_MODEL
from bench.search.queries import Kind
from bench.search.speed import Speed
from bench.voice.spread import Spread, percentile

_HOW = {WITHOUT_MODEL: "without a model", WITH_VECTORS: "with vectors"}
# Each is (must, aim).
_GAIN, _GAIN_WITH_VECTORS = (0.04, 0.04), (0.08, 0.08)
_QUESTIONS, _RUSSIAN = (0.96, 1.0), (0.9, 1.0)
_POST, _SEARCHABLE = (1500.0, 5000.0), (600.0, 1500.0)
_QUERY_MS, _PULL_SECONDS, _PEAK_MB = (30.0, 10.0), (1.0, 1.0), (500.0, 500.0)


def quality_figures(held_out: Judged) -> Sequence[Figure]:
    """What is asked of the part that was set aside."""
    rows = [_gain("pairs, without a model", held_out, WITHOUT_MODEL, _GAIN), *_questions(held_out, WITHOUT_MODEL)]
    if WITH_VECTORS in held_out.systems():
        rows += [_gain("pairs, with vectors", held_out, WITH_VECTORS, _GAIN_WITH_VECTORS)]
        rows += _questions(held_out, WITH_VECTORS)
    return rows


def _questions(seen: Judged, system: str) -> Sequence[Figure]:
    """English ones are judged without a model only, as it is asked; Russian ones in both."""
    english = seen.quality(system, Kind.ENGLISH).recall_5
    russian = seen.quality(system, Kind.RUSSIAN).recall_5
    share = russian / english if english else 0.0
    how = _HOW[system]
    asked = Figure(
        what=f"questions, {how}: R@5",
        reached=f"{english:.3f}",
        baseline=f"{seen.quality(BASELINE, Kind.ENGLISH).recall_5:.3f}",
    )
    judged = dataclasses.replace(
        asked, must=f"≥ {_QUESTIONS[0]:g}", aim=f"{_QUESTIONS[1]:g}", verdict=_verdict(english, _QUESTIONS)
    )
    twins = Figure(
        what=f"Russian questions, {how}: R@5, and its share of the English ones'",
        must=f"share ≥ {_RUSSIAN[0]:g}",
        aim=f"{_RUSSIAN[1]:g}",
        reached=f"{russian:.3f}",
        baseline=f"{seen.quality(BASELINE, Kind.RUSSIAN).recall_5:.3f}",
        ratio=f"{share:.2f}",
        verdict=_verdict(share, _RUSSIAN),
    )
    return judged if system == WITHOUT_MODEL else asked, twins


def speed_figures(speed: Speed) -> Sequence[Figure]:
    """What is asked of one core."""
    large, pulls = speed.measured.large, speed.measured.pulls
    times = speed.measured.milliseconds
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    seconds = Spread.of([pull.seconds for pull in pulls])
    read = " or ".join(sorted({f"{pull.read_files}" for pull in pulls}))
    query, pull = (
        f"query among {large.chunks} pieces: p50, p95",
        f"{read} of {pulls[0].files} files changed: found anew",
    )
    peak = speed.measured.peak_mb
    return (
        _least("tokenise and post, pieces/s", speed.posted.per_second, _POST),
        _least("files to searchable, pieces/s", large.chunks / large.seconds, _SEARCHABLE),
        _most(query, f"{p50:.1f}, {p95:.1f} ms", p95, _QUERY_MS, "ms"),
        _most(pull, f"{seconds.text(2)} s", seconds.high, _PULL_SECONDS, "s"),
        _most("memory of the process while indexing, at most", f"{peak:.0f} MB", peak, _PEAK_MB, "MB"),
    )


def _gain(what: str, seen: Judged, system: str, marks: tuple[float, float]) -> Figure:
    reached, baseline = seen.quality(system, Kind.PAIR).mrr, seen.quality(BASELINE, Kind.PAIR).mrr
    return Figure(
        what=f"{what}: MRR",
        must=f"≥ baseline + {marks[0]:.2f}",
        reached=f"{reached:.3f}",
        baseline=f"{baseline:.3f}",
        ratio=f"{reached - baseline:+.3f}",
        verdict=_verdict(reached - baseline, marks),
    )


def _least(what: str, value: float, marks: tuple[float, float]) -> Figure:
    must, aim = f"≥ {marks[0]:g}", f"{marks[1]:g}"
    return Figure(what=what, must=must, aim=aim, reached=f"{value:.0f}", verdict=_verdict(value, marks))


def _most(what: str, told: str, value: float, marks: tuple[float, float], unit: str) -> Figure:
    must, aim = f"≤ {marks[0]:g} {unit}", f"{marks[1]:g} {unit}"
    return Figure(what=what, must=must, aim=aim, reached=told, verdict=_verdict(-value, (-marks[0], -marks[1])))


def _verdict(value: float, marks: tuple[float, float]) -> str:
    """More is better; within a billionth counts as reached."""
    must, aim = (mark - 1e-9 for mark in marks)
    return "aim" if value >= aim else "must" if value >= must else "missed"
