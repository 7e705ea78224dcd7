"""Ranks the places of several indexes for one question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

import numpy as np

from nexy.config.code_ranking_section import RankingConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.postings.asking import Place, Singles
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.asking import wanted_of
from nexy.modules.code_search.ranking.fusing import Mix, fuse, mix_of
from nexy.modules.code_search.ranking.gathering import Search, gather
from nexy.modules.code_search.ranking.literal import literal_first, literal_of
from nexy.modules.code_search.ranking.question import Question
from nexy.modules.code_search.ranking.signals import Candidates, Signal
from nexy.modules.code_search.ranking.why import Parts, parts_of, tell
from nexy.modules.code_search.vectors.matrix import Near


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """One place: `index` counts in the order of the indexes given; `shares` by signal make up its score."""

    index: int
    document: int
    place: Place
    score: float
    why: str
    shares: Sequence[tuple[Signal, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Best first; `total` is how many places matched at all; `signals` took part."""

    places: Sequence[RankedPlace]
    total: int
    signals: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    score: float
    index: int
    row: int
    document: int


def rank(
    question: Question,
    indexes: Sequence[MappedIndex],
    near: Sequence[Near | None] | None,
    *,
    kind: SearchKind,
    limit: int,
    config: RankingConfig,
    language: str = "",
) -> Ranking:
    """The best `limit` places of all indexes; blocks, so it is for a thread.

    `near` has one entry per index (None where it has no vectors), or is None where the question has no vector.
    `language` keeps to files of one language.
    """
    search = Search(
        question=question,
        wanted=wanted_of(question.asked, indexes),
        pairs=wanted_of(question.joined, indexes),
        language=language,
        config=config,
        literal=literal_of(question, kind),
    )
    nearby = near or [None] * len(indexes)
    gathered = [gather(search, index, close) for index, close in zip(indexes, nearby, strict=True)]
    mix = mix_of(question.form, kind, config, without=_silent(question, nearby))
    order = _ordered(gathered, indexes, mix, config)
    chosen = _apart(order, indexes, limit)
    parts = [
        parts_of(search, index, [found.document for found in chosen if found.index == number])
        for number, index in enumerate(indexes)
    ]
    return Ranking(
        places=[_place(one, search, indexes[one.index], gathered[one.index], mix, parts[one.index]) for one in chosen],
        total=sum(candidates.matched for candidates in gathered),
        signals=[signal.name.lower() for signal in mix.signals],
    )


def _silent(question: Question, near: Sequence[Near | None]) -> frozenset[Signal]:
    """The signals that have nothing to say about this question."""
    silent = set() if any(near) else {Signal.VECTORS}
    if not question.names:
        silent.add(Signal.EXACT)
    if not question.paths:
        silent.add(Signal.PATH)
    return frozenset(silent)


def _ordered(
    gathered: Sequence[Candidates], indexes: Sequence[MappedIndex], mix: Mix, config: RankingConfig
) -> Iterator[_Found]:
    """Every candidate that has a score, best first; equal ones in the order of the indexes and their documents."""
    fused = [fuse(candidates, index, mix, config.damping) for candidates, index in zip(gathered, indexes, strict=True)]
    scores = literal_first(fused, [candidates.literal for candidates in gathered])
    lists = [_best_first(number, candidates, scores[number]) for number, candidates in enumerate(gathered)]
    return merge(*lists, key=lambda found: (-found.score, found.index, found.document))


def _best_first(number: int, candidates: Candidates, scores: Singles) -> Iterator[_Found]:
    for row in np.argsort(-scores, kind="stable").tolist():
        if scores[row] > 0:
            yield _Found(score=float(scores[row]), index=number, row=row, document=int(candidates.documents[row]))


def _apart(order: Iterator[_Found], indexes: Sequence[MappedIndex], limit: int) -> Sequence[_Found]:
    """The first `limit`, of copies only the best."""
    chosen: dict[bytes, _Found] = {}
    for found in order:
        if len(chosen) == limit:
            break
        chosen.setdefault(_looks(indexes[found.index], found.document), found)
    return list(chosen.values())


def _looks(index: MappedIndex, document: int) -> bytes:
    """The same for copies, wherever they lie: the sample of their terms, and how long their fields are."""
    lengths = index.lengths(np.array([document], np.uint32))[0, : Field.PATH]
    looks: bytes = index.sketches[document].tobytes() + lengths.tobytes()
    return looks


def _place(
    found: _Found, search: Search, index: MappedIndex, candidates: Candidates, mix: Mix, parts: Mapping[int, Parts]
) -> RankedPlace:
    shares = tuple(_shares(candidates, found.row, mix))
    return RankedPlace(
        index=found.index,
        document=found.document,
        place=index.place(found.document),
        score=found.score,
        why=tell(search, index, found.document, shares, parts[found.document]),
        shares=shares,
    )


def _shares(candidates: Candidates, row: int, mix: Mix) -> Iterator[tuple[Signal, float]]:
    """What each signal adds, as a share of the whole, the most first."""
    parts = candidates.signals[row] * mix.weights
    whole = max(float(parts.sum()), 1e-9)
    for number in np.argsort(-parts, kind="stable").tolist():
        if parts[number] > 0:
            yield Signal(number), float(parts[number]) / whole
