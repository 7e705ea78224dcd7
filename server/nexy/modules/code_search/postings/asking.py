"""What the index is asked, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.postings.fields import Field

Doubles = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Documents = npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTerm:
    """One term by `terms.hashing.hash_of`; `weight` is below 1 for a word that only stands for the asked one."""

    hash: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing asked for, and the terms that may stand for it: they are counted as if they were one term.

    `weight` multiplies its part of the score. `rarity` is its idf; None lets the index take its own (give one from
    `mapped.rarities` when several indexes are asked, or their scores cannot be compared).
    """

    terms: Sequence[QueryTerm]
    weight: float = 1.0
    rarity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One BM25F score per document (0: nothing matched), and its coverage.

    `coverage` is the share, 0 to 1, of the question's concepts that the document has, each by rarity and weight.
    """

    scores: Singles
    coverage: Singles


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one field of one document added for one concept, as a share of the document's lexical score."""

    concept: int
    term: int
    field: Field
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document is: the piece `ordinal` of the content `digest` (16 bytes) at `path`."""

    path: str
    digest: bytes
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A document that refers to another or is referred to; `weight` of the reference is 0 to 1."""

    document: int
    weight: float
