"""BM25F over the mapped postings.

A term's counts in the fields are weighed, divided by how long the field is, and added; only then comes the point where
more of it says little more. So a term that stands in the name and in the code is one term, and so are the words of one
concept.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.postings.asking import Concept, Contribution, Documents, QueryTerm, Scores, Singles
from nexy.modules.code_search.postings.container import Array
from nexy.modules.code_search.postings.fields import Field, FieldWeight, FieldWeights

_Places = npt.NDArray[np.intp]
_NOTHING = 1e-12
_MOST_KEPT = 4 * len(Field)


def rarity(frequency: int, documents: int) -> float:
    """The idf of BM25: 0 for what stands everywhere."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


class Lexical:
    """Asks the postings of one index."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._terms = arrays["terms"]
        self._ends = arrays["term_ends"]
        self._documents: Documents = arrays["posting_documents"]
        self._counts = arrays["posting_counts"]
        self._lengths = arrays["lengths"]
        self._means = arrays["mean_lengths"]
        self._kept: dict[tuple[Field, float], Singles] = {}

    def frequency(self, term: int) -> int:
        """In how many documents a term stands."""
        where = self._postings(term)
        return int(where.stop) - int(where.start)

    def most_frequent(self, concept: Concept) -> int:
        """In how many documents the most frequent of a concept's terms stands."""
        return max((self.frequency(term.hash) for term in concept.terms), default=0)

    def scores(self, concepts: Sequence[Concept], weights: FieldWeights) -> Scores:
        """BM25F and coverage of every document."""
        size = self._lengths.shape[1]
        scores, coverage = np.zeros(size, np.float32), np.zeros(size, np.float32)
        worths = [self._worth(concept) for concept in concepts]
        asked = sum(worths) or 1.0
        for concept, worth in zip(concepts, worths, strict=True):
            documents, weighed = self._weighed(concept, weights)
            part = weighed / (weighed + np.float32(weights.k1))
            np.add.at(scores, documents, np.float32(worth * (weights.k1 + 1)) * part)
            np.add.at(coverage, documents, np.float32(worth / asked))
        return Scores(scores=scores, coverage=coverage)

    def _worth(self, concept: Concept) -> float:
        if concept.rarity is not None:
            return concept.weight * concept.rarity
        return concept.weight * rarity(self.most_frequent(concept), self._lengths.shape[1])

    def _postings(self, term: int) -> slice:
        place = int(np.searchsorted(self._terms, np.uint64(term)))
        if place == len(self._terms) or int(self._terms[place]) != term:
            return slice(0, 0)
        return slice(int(self._ends[place - 1]) if place else 0, int(self._ends[place]))

    def _weighed(self, concept: Concept, weights: FieldWeights) -> tuple[_Places, Singles]:
        """The documents of a concept, and its weighed count in each."""
        if len(concept.terms) == 1:
            return self._weighed_term(concept.terms[0], weights)
        together = np.zeros(self._lengths.shape[1], np.float32)
        for term in concept.terms:
            documents, weighed = self._weighed_term(term, weights)
            together[documents] += weighed
        found = np.flatnonzero(together > 0)
        return found, together[found]

    def _weighed_term(self, term: QueryTerm, weights: FieldWeights) -> tuple[_Places, Singles]:
        where = self._postings(term.hash)
        documents = self._documents[where].astype(np.intp)
        weighed = np.zeros(len(documents), np.float32)
        for field in Field:
            weight = weights.of(field)
            counts = self._counts[field, where]
            if weight.boost > 0 and (filled := np.count_nonzero(counts)):
                boost = np.float32(term.weight * weight.boost)
                # Most fields have the term in few documents; where it stands in most, picking those out costs more.
                there = slice(None) if 2 * filled > len(counts) else np.flatnonzero(counts != 0)
                weighed[there] += boost * counts[there] * self._shortness(field, weight).take(documents[there])
        found = weighed > 0
        return (documents, weighed) if found.all() else (documents[found], weighed[found])

    def _shortness(self, field: Field, weight: FieldWeight) -> Singles:
        """What a count in a field is multiplied by in each document: more than 1 where the field is short."""
        kept = self._kept.get((field, weight.b))
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            # An empty field has no counts; as long as one term it is never divided by nothing.
            lengths = np.maximum(self._lengths[field], 1).astype(np.float32)
            ratio = lengths / np.float32(max(float(self._means[field]), 1.0))
            kept = self._kept[field, weight.b] = 1 / (np.float32(1 - weight.b) + np.float32(weight.b) * ratio)
        return kept

    def having(self, term: int) -> Documents:
        """The documents of a term, in order."""
        return self._documents[self._postings(term)]

    def counts(self, documents: Documents, terms: Sequence[int]) -> Array:
        """How often each term (T) stands in each document (N, sorted) and field: (T, N, F), at most 255 told."""
        found = np.zeros((len(terms), len(documents), len(Field)), np.uint8)
        for row, term in zip(found, terms, strict=True):
            where = self._postings(term)
            posted = self._documents[where]
            places = np.minimum(np.searchsorted(posted, documents), max(len(posted) - 1, 0))
            if len(posted):
                there = posted[places] == documents
                row[there] = self._counts[:, where.start + places[there]].T
        return found

    def lengths(self, documents: Documents) -> Array:
        """How many terms each document (N) has in each field: (N, F)."""
        lengths: Array = self._lengths[:, documents].T
        return lengths

    def contributions(
        self, documents: Documents, concepts: Sequence[Concept], weights: FieldWeights
    ) -> Sequence[Sequence[Contribution]]:
        """What made the score of each document (N, sorted), the most first; a list for each."""
        asked = [(number, term) for number, concept in enumerate(concepts) for term in concept.terms]
        amounts = self._amounts(documents, [term for _, term in asked], weights)
        of_concept = np.array([number for number, _ in asked], np.intp)
        for number, concept in enumerate(concepts):
            # A concept's part of the score is divided among its terms and fields by their weighed counts.
            rows = of_concept == number
            amounts[rows] *= self._worth(concept) / (amounts[rows].sum(axis=(0, 2), keepdims=True) + weights.k1)
        wholes = np.maximum(amounts.sum(axis=(0, 2)), _NOTHING)
        return [_shares(asked, amounts[:, row] / whole) for row, whole in enumerate(wholes.tolist())]

    def _amounts(self, documents: Documents, terms: Sequence[QueryTerm], weights: FieldWeights) -> Array:
        """The weighed counts of terms (T) in documents (N) by field: (T, N, F)."""
        counts = self.counts(documents, [term.hash for term in terms])
        boosts = np.array([term.weight for term in terms])[:, None, None]
        boosted = [
            weights.of(field).boost * self._shortness(field, weights.of(field))[documents].astype(np.float64)
            for field in Field
        ]
        amounts: Array = counts * boosts * np.stack(boosted, axis=1)
        return amounts


def _shares(asked: Sequence[tuple[int, QueryTerm]], amounts: Array) -> Sequence[Contribution]:
    """Those of one document (T, F) that are any."""
    found = []
    for row, field in np.argwhere(amounts > 0).tolist():
        number, term = asked[row]
        amount = float(amounts[row, field])
        found.append(Contribution(concept=number, term=term.hash, field=Field(field), amount=amount))
    return sorted(found, key=lambda share: -share.amount)
