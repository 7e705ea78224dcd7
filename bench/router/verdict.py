"""The figures of one run beside what is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.router.phases import Compared, Results, ratios
from bench.router.window import Seen
from bench.voice.spread import Spread

_REQUESTS, _STREAMS = (1500, 3000), (700, 1200)
_P50, _P95, _FIRST = (2.0, 1.2), (6.0, 3.5), (3.0, 1.9)
_PSS_MB = (200.0, 120.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: what was asked for (empty: only told), what was reached, the baseline's, ours as a ratio to it."""

    what: str
    reached: str
    baseline: str = "–"
    ratio: str = "–"
    must: str = "–"
    aim: str = "–"
    verdict: str = "told"


def figures(results: Results) -> Sequence[Figure]:
    """Every row of the table."""
    whole, stream = results.judged
    return (
        _rate(whole, _REQUESTS),
        _rate(stream, _STREAMS),
        _with_database(whole),
        _with_database(stream),
        *map(_rate, results.others),
        *map(_rate, results.paced),
        *(row for seen in results.added for row in _added(seen)),
        *(row for seen in results.first for row in _first(seen)),
        Figure(what="SSE events of these streams that came, byte for byte", reached=f"{results.events} of "
               f"{results.events}", must="all", aim="all", verdict="aim"),
        Figure(what="answers, and their rows in PostgreSQL", reached=f"{results.answers}, {results.rows}",
               must="0 dropped", aim="0 dropped", verdict="aim"),
        Figure(what="PSS of the server and its workers after all this, without PostgreSQL",
               reached=f"{results.pss_mb:.0f} MB", must=f"≤ {_PSS_MB[0]:g} MB", aim=f"{_PSS_MB[1]:g} MB",
               verdict=_verdict(results.pss_mb, _PSS_MB)),
    )  # fmt: skip


def met(rows: Sequence[Figure]) -> bool:
    """Whether nothing that is asked for was missed."""
    return all(row.verdict != "missed" for row in rows)


def _verdict(value: float, marks: tuple[float, float]) -> str:
    """`marks` are must and aim; where the aim is the smaller one, less is better."""
    must, aim = marks
    sign = 1 if aim < must else -1
    return "aim" if sign * value <= sign * aim else "must" if sign * value <= sign * must else "missed"


def _kind(seen: Compared) -> str:
    kind = "streams" if seen.streamed else "requests"
    pace = seen.rounds.pace.token_seconds if seen.streamed else 0.0
    return f"{kind} per core-second, {seen.name}" + (f", a token every {1000 * pace:g} ms" if pace else "")


def _rate(seen: Compared, marks: tuple[int, int] | None = None) -> Figure:
    ours, bare = (Spread.of([window.per_core_second for window in side]) for side in (seen.ours, seen.bare))
    return Figure(
        what=_kind(seen),
        reached=ours.text(0),
        baseline=bare.text(0),
        ratio=Spread.of(ratios(seen)).text(2),
        must=f"≥ {marks[0]}" if marks else "–",
        aim=f"{marks[1]}" if marks else "–",
        verdict=_verdict(ours.median, marks) if marks else "told",
    )


def _with_database(seen: Compared) -> Figure:
    ours = Spread.of([window.per_core_second_with_database for window in seen.ours])
    return Figure(what=f"the same {'streams' if seen.streamed else 'requests'} where PostgreSQL's time counts too",
                  reached=ours.text(0))  # fmt: skip


def _added(seen: Compared) -> Sequence[Figure]:
    first = 1000 * seen.rounds.pace.first_seconds
    what = f"added {{}} at a provider of {first:g} ms, {seen.rounds.connections} connections"
    judged = first > 0
    return (
        _milliseconds(what.format("p50"), seen, lambda window: window.whole(0.5), _P50 if judged else None),
        _milliseconds(what.format("p95"), seen, lambda window: window.whole(0.95), _P95 if judged else None),
    )


def _first(seen: Compared) -> Sequence[Figure]:
    what = f"added to the first content, {seen.rounds.connections} streams at {{}}"
    return (
        _milliseconds(what.format("p50"), seen, lambda window: window.first(0.5), _FIRST),
        _milliseconds(what.format("p95"), seen, lambda window: window.first(0.95), None),
    )


def _milliseconds(
    what: str, seen: Compared, pick: Callable[[Seen], float], marks: tuple[float, float] | None
) -> Figure:
    """What a server adds to the provider's own time, by rounds."""
    ours, bare = (
        Spread.of([pick(window) - pick(direct) for window, direct in zip(side, seen.direct, strict=True)])
        for side in (seen.ours, seen.bare)
    )
    return Figure(
        what=what,
        reached=f"{ours.text(2)} ms",
        baseline=f"{bare.text(2)} ms",
        ratio=f"{ours.median / bare.median:.2f}" if bare.median > 0 else "–",
        must=f"≤ {marks[0]:g} ms" if marks else "–",
        aim=f"{marks[1]:g} ms" if marks else "–",
        verdict=_verdict(ours.median, marks) if marks else "told",
    )
