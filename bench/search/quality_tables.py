"""The tables of quality: pairs, questions in both languages, and what each signal is worth."""

from collections.abc import Mapping, Sequence

from bench.search.judging import Judged
from bench.search.metrics import Quality
from bench.search.queries import Kind
from bench.section import Row, table

_PAIR_HEAD = ("system", "MRR", "R@1", "R@5", "R@10", "nDCG@10")
_QUESTION_HEAD = ("system", "MRR", "R@1", "R@5", "R@10", "Russian MRR", "R@5", "far: MRR", "R@5", "far, Russian: R@5")


def pair_table(judged: Judged, systems: Sequence[str]) -> str:
    """One row per system."""
    return table(_PAIR_HEAD, [_pair_row(name, judged.quality(name, Kind.PAIR)) for name in systems])


def question_table(judged: Judged, systems: Sequence[str]) -> str:
    """One row per system; the questions and their Russian twins, then those in everyday words."""
    return table(_QUESTION_HEAD, [_question_row(judged, name) for name in systems])


def package_table(judged: Judged, systems: Sequence[str]) -> str:
    """The mean reciprocal rank of pairs by package, and how many pieces and pairs there are."""
    rows = [
        (package, f"{chunks}", f"{judged.quality(systems[0], Kind.PAIR, package).queries}",
         *(_number(judged.quality(name, Kind.PAIR, package).mrr) for name in systems))
        for package, chunks in judged.chunks.items()
    ]  # fmt: skip
    return table(("package", "pieces", "pairs", *(f"MRR, {name}" for name in systems)), rows)


def signal_table(judged: Judged, whole: str, missing: Mapping[str, str]) -> str:
    """What each signal adds: `whole` less the system that lacks it, by the signal's name."""
    rows = [(signal, *_lost(judged, whole, system)) for signal, system in missing.items()]
    return table(("signal", "pairs: MRR", "questions: MRR", "Russian: MRR", "far: MRR"), rows)


def _lost(judged: Judged, whole: str, without: str) -> Sequence[str]:
    kinds = (Kind.PAIR, Kind.ENGLISH, Kind.RUSSIAN, Kind.FAR_ENGLISH)
    return [f"{judged.quality(whole, kind).mrr - judged.quality(without, kind).mrr:+.3f}" for kind in kinds]


def size_line(judged: Judged) -> str:
    """How much was asked of how much."""
    name = judged.systems()[0]
    counts = {kind: judged.quality(name, kind).queries for kind in Kind}
    return (
        f"{len(judged.chunks)} packages, {sum(judged.chunks.values())} pieces; {counts[Kind.PAIR]} pairs, "
        f"{counts[Kind.ENGLISH]} questions and {counts[Kind.FAR_ENGLISH]} in everyday words, each in both languages."
    )


def _pair_row(name: str, seen: Quality) -> Row:
    return (name, *map(_number, (seen.mrr, seen.recall_1, seen.recall_5, seen.recall_10, seen.ndcg_10)))


def _question_row(judged: Judged, name: str) -> Row:
    near, twin, far, far_twin = (
        judged.quality(name, kind) for kind in (Kind.ENGLISH, Kind.RUSSIAN, Kind.FAR_ENGLISH, Kind.FAR_RUSSIAN)
    )
    numbers = (near.mrr, near.recall_1, near.recall_5, near.recall_10, twin.mrr, twin.recall_5, far.mrr, far.recall_5,
               far_twin.recall_5)  # fmt: skip
    return (name, *map(_number, numbers))


def _number(value: float) -> str:
    return f"{value:.3f}"
