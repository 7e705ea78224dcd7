"""The figures of one run beside what is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.access.checks import Check
from bench.access.reads import Reads, Seen
from bench.access.sign_in import SignIns, p50_p95
from bench.router.verdict import Figure
from bench.voice.spread import Spread

SIGN_IN_MS, ADDED_MS, READS_PER_SECOND = 300.0, 3.0, 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that one run saw; `pinned` are sign-ins on a server that has one core."""

    installed: SignIns
    pinned: SignIns
    reads: Reads
    checks: Sequence[Check]


def figures(results: Results) -> Sequence[Figure]:
    """Every row of the table."""
    reads = results.reads
    return (
        *_sign_ins(results.installed, "as installed", judged=True),
        *_sign_ins(results.pinned, "server on one core", judged=False),
        _rate("REST reads per core-second, 2 rows", reads.few, reads.few_bare, judged=True),
        _with_database("the same where PostgreSQL's time counts too", reads.few, reads.few_bare),
        _rate("REST reads per core-second, 100 rows", reads.many, reads.many_bare, judged=False),
        _with_database("the same where PostgreSQL's time counts too, 100 rows", reads.many, reads.many_bare),
        _added(reads),
        *map(_check, results.checks),
    )


def _sign_ins(seen: SignIns, where: str, *, judged: bool) -> Sequence[Figure]:
    p50, p95 = p50_p95(seen.alone)
    crowd = p50_p95(seen.crowd)
    return (
        Figure(
            what=f"signing in, {where}: p50, p95",
            reached=f"{p50:.0f}, {p95:.0f} ms",
            must=f"≤ {SIGN_IN_MS:g} ms" if judged else "–",
            verdict=_verdict(met=p95 <= SIGN_IN_MS) if judged else "told",
        ),
        Figure(what=f"{seen.people} at once, {where}: p50, p95", reached=f"{crowd[0]:.0f}, {crowd[1]:.0f} ms"),
        _lag(f"a small reply beside one sign-in, {where}: p50, p95, longest", seen.lag_alone, seen, judged=judged),
        _lag(f"a small reply beside {seen.people}, {where}: p50, p95, longest", seen.lag_crowd, seen, judged=False),
    )


def _lag(what: str, lag: Sequence[float], seen: SignIns, *, judged: bool) -> Figure:
    return Figure(
        what=what,
        reached=_three(lag),
        baseline=f"{_three(seen.lag_quiet)} (nobody signs in)",
        must=f"≤ {SIGN_IN_MS:g} ms" if judged else "–",
        verdict=_verdict(met=max(lag) <= SIGN_IN_MS) if judged else "told",
    )


def _three(values: Sequence[float]) -> str:
    p50, p95 = p50_p95(values)
    return f"{p50:.2f}, {p95:.2f}, {max(values):.1f} ms"


def _rate(what: str, ours: Sequence[Seen], bare: Sequence[Seen], *, judged: bool) -> Figure:
    reached = Spread.of([seen.per_core_second for seen in ours])
    pairs = [our.per_core_second / their.per_core_second for our, their in zip(ours, bare, strict=True)]
    return Figure(
        what=what,
        reached=reached.text(0),
        baseline=Spread.of([seen.per_core_second for seen in bare]).text(0),
        ratio=Spread.of(pairs).text(2),
        must=f"≥ {READS_PER_SECOND:g}" if judged else "–",
        verdict=_verdict(met=reached.median >= READS_PER_SECOND) if judged else "told",
    )


def _with_database(what: str, ours: Sequence[Seen], bare: Sequence[Seen]) -> Figure:
    pairs = [our.with_database / their.with_database for our, their in zip(ours, bare, strict=True)]
    return Figure(
        what=what,
        reached=Spread.of([seen.with_database for seen in ours]).text(0),
        baseline=Spread.of([seen.with_database for seen in bare]).text(0),
        ratio=Spread.of(pairs).text(2),
    )


def _added(reads: Reads) -> Figure:
    ours, bare = (
        Spread.of([seen.p50 - query.p50 for seen, query in zip(side, reads.alone_query, strict=True)])
        for side in (reads.alone, reads.alone_bare)
    )
    query = Spread.of([seen.p50 for seen in reads.alone_query])
    return Figure(
        what=f"a read's p50 less that of the bare query ({query.text(2)} ms)",
        reached=f"{ours.text(2)} ms",
        baseline=f"{bare.text(2)} ms",
        ratio=f"{ours.median / bare.median:.2f}" if bare.median > 0 else "–",
        must=f"≤ {ADDED_MS:g} ms",
        verdict=_verdict(met=ours.median <= ADDED_MS),
    )


def _check(check: Check) -> Figure:
    ours = Spread.of(check.ours)
    least = Spread.of(check.least) if check.least else None
    return Figure(
        what=f"who asks: {check.name}",
        reached=f"{ours.text(1)} µs",
        baseline=f"{least.text(1)} µs" if least else "–",
        ratio=f"{ours.median / least.median:.2f}" if least else "–",
    )


def _verdict(*, met: bool) -> str:
    return "must" if met else "missed"
