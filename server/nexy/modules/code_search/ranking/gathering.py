"""Finds the places of one index that may be the answer, and works out what speaks for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nexy.config.code_ranking_section import RankingConfig
from nexy.modules.code_search.postings.asking import Concept, Documents, Mask, QueryTerm, Scores, Singles
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.asking import Wanted, field_weights
from nexy.modules.code_search.ranking.naming import named_in, paths_named
from nexy.modules.code_search.ranking.question import Question
from nexy.modules.code_search.ranking.signals import Candidates, Signal, Table, joined
from nexy.modules.code_search.vectors.matrix import Near

_OUTSIDE_NAME = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked of every index; `wanted` are the words and `pairs` two neighbours in one piece.

    `literal` is the hash of the word where there is only one, else 0.
    """

    question: Question
    wanted: Sequence[Wanted]
    pairs: Sequence[Wanted]
    language: str
    config: RankingConfig
    literal: int = 0

    @property
    def worth(self) -> float:
        """Of all words together; never 0."""
        return sum(one.worth for one in self.wanted) or 1.0


def gather(search: Search, index: MappedIndex, near: Near | None) -> Candidates:
    """The best by words, what the question names, what lies near in meaning, and what the best refer to."""
    scores = index.lexical([one.concept for one in search.wanted], field_weights(search.config.fields))
    exact = named_in(index, search.question.names)
    paths = paths_named(index, search.question.paths, search.config.candidates)
    spread = _spread(search, index, scores)
    allowed = index.in_language(search.language) if search.language else None
    parts = [_best(scores.scores, search.config.candidates, allowed), _best(spread, search.config.seeds, allowed)]
    parts += [np.fromiter(found, np.uint32) for found in (exact, paths)]
    parts += [near.documents] if near else []
    # Words that stand for it are many together, and could leave no room for the word itself.
    literally = _literally(search, index) if search.literal else None
    parts += [] if literally is None else [_best(literally, search.config.candidates, allowed)]
    documents = joined(parts)
    documents = documents[allowed[documents]] if allowed is not None else documents
    table = np.zeros((len(documents), len(Signal)), np.float32)
    if len(documents):
        _by_words(table, search, index, documents, scores)
        table[:, Signal.EXACT] = [exact.get(int(document), 0.0) for document in documents]
        table[:, Signal.PATH] = [paths.get(int(document), 0.0) for document in documents]
        table[:, Signal.GRAPH] = spread[documents]
        table[:, Signal.PRIOR] = index.prior[documents]
        table[:, Signal.VECTORS] = _likeness(near, documents)
    matched = scores.scores > 0 if allowed is None else (scores.scores > 0) & allowed
    return Candidates(
        documents=documents,
        signals=table,
        matched=max(int(matched.sum()), len(documents)),
        literal=None if literally is None else literally[documents] > 0,
    )


def _best(values: Singles, most: int, allowed: Mask | None) -> Documents:
    """The documents with the highest values above 0; at a tie the first ones."""
    found = np.flatnonzero(values > 0 if allowed is None else (values > 0) & allowed)
    if len(found) > most:
        least = np.partition(values[found], -most)[-most]
        above, equal = found[values[found] > least], found[values[found] == least]
        found = np.concatenate((above, equal[: most - len(above)]))
    return found.astype(np.uint32)


def _literally(search: Search, index: MappedIndex) -> Singles:
    word = Concept(terms=(QueryTerm(hash=search.literal),))
    return index.lexical([word], field_weights(search.config.fields)).scores


def _spread(search: Search, index: MappedIndex, scores: Scores) -> Singles:
    """What the best by words call and are called by, the nearest 1; tests tell what code does, so they count here."""
    seeds = _best(scores.scores, search.config.seeds, None)
    if not len(seeds):
        return np.zeros(index.documents, np.float32)
    config = search.config
    bounds = {"rounds": config.graph_rounds, "most_edges": config.graph_edges}
    arrived = index.spread(seeds, scores.scores[seeds] ** 2, keep=config.graph_keep, **bounds)
    most = arrived.max()
    return np.sqrt(arrived / most) if most > 0 else arrived


def _by_words(table: Table, search: Search, index: MappedIndex, documents: Documents, scores: Scores) -> None:
    best = search.worth * (search.config.fields.k1 + 1)
    table[:, Signal.LEXICAL] = np.minimum(scores.scores[documents] / best, 1)
    shares = np.array([one.worth / search.worth for one in search.wanted], np.float32)
    if len(shares):
        there = np.stack([_presence(index, documents, one) for one in search.wanted])
        table[:, Signal.COVERAGE] = shares @ there.max(axis=2)
        table[:, Signal.NAME] = _agreement(there[:, :, Field.NAME], shares, index.lengths(documents)[:, Field.NAME])
        table[:, Signal.SIGNATURE] = shares @ there[:, :, Field.SIGNATURE]
        table[:, Signal.FILE] = _of_files(search, index, shares)[index.file_numbers(documents)]
    table[:, Signal.JOINED] = _in_one_piece(search, index, documents)


def _presence(index: MappedIndex, documents: Documents, wanted: Wanted) -> Table:
    """How well each document (N) has it in each field (F): the weight of the best term that is there."""
    terms = wanted.concept.terms
    if not terms:
        return np.zeros((len(documents), len(Field)), np.float32)
    weights = np.array([term.weight for term in terms], np.float32)
    there = index.counts(documents, [term.hash for term in terms]) > 0
    best: Table = (there * weights[:, None, None]).max(axis=0)
    return best


def _agreement(in_name: Table, shares: Singles, lengths: Documents) -> Singles:
    """How much of the name (lengths in terms) the question has, and how much of the question the name has."""
    # A name of several parts also stands there in one piece.
    parts = np.where(lengths > 1, lengths - 1.0, lengths).astype(np.float32)
    of_name = np.minimum(in_name.sum(axis=0) / np.maximum(parts, 1), 1)
    of_question = shares @ in_name
    agreement: Singles = of_name * (1 + np.sqrt(of_question)) / 2
    return agreement


def _of_files(search: Search, index: MappedIndex, shares: Singles) -> Singles:
    """How much of the question each file has anywhere."""
    files = np.zeros(index.files, np.float32)
    for one, share in zip(search.wanted, shares, strict=True):
        there = np.zeros(index.files, np.float32)
        for term in sorted(one.concept.terms, key=lambda term: term.weight):
            there[index.files_with(term.hash)] = term.weight
        files += share * there
    return files


def _in_one_piece(search: Search, index: MappedIndex, documents: Documents) -> Singles:
    """Whether neighbours of the question stand there as one name; as the place's own name counts most."""
    best = np.zeros(len(documents), np.float32)
    for pair in search.pairs:
        if pair.concept.terms:
            there = _presence(index, documents, pair)
            best = np.maximum(best, np.maximum(there[:, Field.NAME], _OUTSIDE_NAME * there.max(axis=1)))
    return best


def _likeness(near: Near | None, documents: Documents) -> Singles:
    """How near each document (N) is: the nearest has its own likeness, the farthest that is still near 0.

    So vectors say little where nothing is near, as for a language that their model does not know.
    """
    stretched = np.zeros(len(documents), np.float32)
    if near is None or not len(near.documents):
        return stretched
    low, high = float(near.likeness.min()), float(near.likeness.max())
    order = np.argsort(near.documents)
    places = np.minimum(np.searchsorted(near.documents[order], documents), len(order) - 1)
    there = near.documents[order][places] == documents
    stretched[there] = high * (near.likeness[order][places[there]] - low) / max(high - low, 1e-6)
    return stretched
