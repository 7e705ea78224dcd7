"""The index of one project at one revision, mapped: scores, names, neighbours, places."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from nexy.modules.code_search.graph.adjacency import Adjacency
from nexy.modules.code_search.graph.spreading import spread
from nexy.modules.code_search.postings.asking import (
    Concept,
    Contribution,
    Documents,
    Mask,
    Neighbour,
    Place,
    Scores,
    Singles,
)
from nexy.modules.code_search.postings.building import FILE_NAME
from nexy.modules.code_search.postings.container import Array, open_arrays
from nexy.modules.code_search.postings.fields import FieldWeights
from nexy.modules.code_search.postings.files import FileTable
from nexy.modules.code_search.postings.lexical import Lexical, rarity
from nexy.modules.code_search.postings.tables import FREE, GENERATED, SKETCH, TEST
from nexy.modules.code_search.version import VERSION


class MappedIndex:
    """Answers for any number of threads; documents are numbered from 0, and arrays of D have one value for each.

    `prior` (D) is how much the rest of the project leans on a document, 0 to 1; `kinds` (D) indexes into
    `forward.KINDS`; `tests` and `generated` (D) tell which lie in such files.
    """

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays
        self._lexical = Lexical(arrays)
        self._files = FileTable(arrays)
        self._callees = _adjacency(arrays, "callees")
        self._callers = _adjacency(arrays, "callers")
        self.kinds: Array = arrays["kinds"]
        self.prior: Singles = arrays["prior"]
        self.sketches: Documents = arrays["sketches"]
        flags = arrays["file_flags"][self._files.of_document]
        self.tests: Mask = (flags & TEST) > 0
        self.generated: Mask = (flags & GENERATED) > 0

    @classmethod
    def open(cls, folder: Path, *, verify: bool = True) -> Self:
        """Map the index in a folder; `verify` reads all of it once. Raises `IndexDamaged`: build it again then."""
        return cls(dict(open_arrays(folder / FILE_NAME, VERSION, verify=verify)))

    @property
    def documents(self) -> int:
        """How many pieces."""
        return len(self.kinds)

    @property
    def files(self) -> int:
        """How many files."""
        return len(self._files)

    @property
    def languages(self) -> Sequence[str]:
        """Those of the files, in no order."""
        return self._files.languages

    def lexical(self, concepts: Sequence[Concept], weights: FieldWeights) -> Scores:
        """BM25F of every document, and how much of the question it covers."""
        return self._lexical.scores(concepts, weights)

    def counts(self, documents: Documents, terms: Sequence[int]) -> Array:
        """How often each term (T, by hash) stands in each document (N, sorted) and `Field`: (T, N, F)."""
        return self._lexical.counts(documents, terms)

    def lengths(self, documents: Documents) -> Array:
        """How many terms each document (N) has in each `Field`: (N, F)."""
        return self._lexical.lengths(documents)

    def file_numbers(self, documents: Documents) -> Documents:
        """Which of `paths()` each document (N) is in."""
        return self._files.of_document[documents]

    def files_with(self, term: int) -> Documents:
        """Which of `paths()` have a term, by hash; some of them several times."""
        return self._files.of_document[self._lexical.having(term)]

    def contributions(
        self, documents: Documents, concepts: Sequence[Concept], weights: FieldWeights
    ) -> Sequence[Sequence[Contribution]]:
        """What made the lexical score of each document (N, sorted), the most first; the amounts are shares of it."""
        return self._lexical.contributions(documents, concepts, weights)

    def frequency(self, term: int) -> int:
        """In how many documents a term (by hash) stands."""
        return self._lexical.frequency(term)

    def most_frequent(self, concept: Concept) -> int:
        """In how many documents the most frequent of a concept's terms stands."""
        return self._lexical.most_frequent(concept)

    def defined(self, name: int) -> Documents:
        """The documents that define a name, or assign it at the top level.

        By `name_hash` (bare or qualified) or `folded_hash`.
        """
        symbols = self._arrays["symbols"]
        start, end = np.searchsorted(symbols, np.uint64(name)), np.searchsorted(symbols, np.uint64(name), "right")
        return np.unique(self._arrays["symbol_documents"][start:end])

    def spread(
        self, documents: Documents, weights: Singles, *, keep: float = 0.5, rounds: int = 3, most_edges: int = 5_000
    ) -> Singles:
        """What lies near these documents along references in both directions (D); the shares add up to 1.

        Personalised PageRank in `rounds` steps; a document keeps the share `keep` of what arrives, and a step follows
        `most_edges` at most.
        """
        directions = self._callees, self._callers
        return spread(directions, documents.astype(np.int64), weights, keep=keep, rounds=rounds, most=most_edges)

    def callees(self, document: int) -> Sequence[Neighbour]:
        """What a document refers to, the surest first."""
        return _neighbours(self._callees, document)

    def callers(self, document: int) -> Sequence[Neighbour]:
        """What refers to a document, the surest first."""
        return _neighbours(self._callers, document)

    def in_language(self, language: str) -> Mask:
        """Which documents are in files of a language, or of one that is meant with it."""
        return self._files.in_language(language)

    def in_file(self, path: str) -> Documents:
        """The documents of a file, in order; none for a path that is not there."""
        return self._files.documents_of(path)

    def paths(self) -> Sequence[str]:
        """Of all files, in the order of the index."""
        return self._files.paths

    def path(self, document: int) -> str:
        """Of the file that a document is in."""
        return self._files.paths[int(self._files.of_document[document])]

    def place(self, document: int) -> Place:
        """Where a document's text is kept."""
        return self._files.place(document)

    def beginnings(self, digest: bytes) -> Sequence[int]:
        """The first document of each file with this content; piece `ordinal` is so many documents further."""
        return self._files.by_content.get(digest, ())

    def document_of(self, path: str, ordinal: int) -> int | None:
        """The document that is piece `ordinal` of a file; None where there is no such."""
        documents = self._files.documents_of(path)
        return int(documents[ordinal]) if 0 <= ordinal < len(documents) else None

    def alike(self, one: int, other: int) -> float:
        """The share of terms that two documents have in common, 0 to 1, guessed from a sample of eight."""
        first, second = self.sketches[one], self.sketches[other]
        sample = np.union1d(first, second)[:SKETCH]
        sample = sample[sample != FREE]
        both = np.isin(sample, first) & np.isin(sample, second)
        return float(both.mean()) if len(sample) else 0.0


def rarities(indexes: Sequence[MappedIndex], concepts: Sequence[Concept]) -> Sequence[float]:
    """The idf of each concept over several indexes together, for `Concept.rarity`."""
    documents = sum(index.documents for index in indexes)
    return [rarity(sum(index.most_frequent(concept) for index in indexes), documents) for concept in concepts]


def _adjacency(arrays: dict[str, Array], name: str) -> Adjacency:
    return Adjacency(ends=arrays[f"{name}_ends"], others=arrays[f"{name}_others"], weights=arrays[f"{name}_weights"])


def _neighbours(adjacency: Adjacency, document: int) -> Sequence[Neighbour]:
    where = adjacency.of(document)
    others, weights = adjacency.others[where], adjacency.weights[where]
    order = np.argsort(-weights, kind="stable")
    return [Neighbour(document=int(others[place]), weight=float(weights[place])) for place in order]
