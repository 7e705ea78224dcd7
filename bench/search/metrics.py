"""How good rankings are: reciprocal rank, recall and discounted gain, over queries with one to three right answers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.search.corpus import Place
from bench.search.queries import Query

DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """At which ranks (from 1, ascending) a query's answers came, each counted once; and how many it has."""

    ranks: Sequence[int]
    answers: int

    @property
    def first(self) -> float:
        """The best rank; infinite where nothing was found."""
        return self.ranks[0] if self.ranks else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Means over queries; recall at k is the share of queries with a right answer among the first k."""

    queries: int
    mrr: float
    recall_1: float
    recall_5: float
    recall_10: float
    ndcg_10: float


def ranked(query: Query, found: Sequence[Place]) -> Ranked:
    """Of what a search returned, best first; only the first `DEPTH` places count."""
    left = list(query.answers)
    ranks = []
    for rank, place in enumerate(found[:DEPTH], start=1):
        given = next((answer for answer in left if answer.given_by(place)), None)
        if given is not None:
            left.remove(given)
            ranks.append(rank)
    return Ranked(ranks=ranks, answers=len(query.answers))


def quality(results: Sequence[Ranked]) -> Quality:
    """All zero where nothing was asked."""
    count = max(len(results), 1)

    def recall(k: int) -> float:
        return sum(result.first <= k for result in results) / count

    return Quality(
        queries=len(results),
        mrr=sum(1 / result.first for result in results) / count,
        recall_1=recall(1),
        recall_5=recall(5),
        recall_10=recall(10),
        ndcg_10=sum(_ndcg(result, 10) for result in results) / count,
    )


def _ndcg(result: Ranked, k: int) -> float:
    gain = sum(1 / math.log2(rank + 1) for rank in result.ranks if rank <= k)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(result.answers, k) + 1))
    return gain / best if best else 0.0
