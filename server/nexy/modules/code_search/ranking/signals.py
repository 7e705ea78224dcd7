"""What speaks for a place: one number from 0 to 1 per signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.postings.asking import Documents, Mask


class Signal(IntEnum):
    """The values are columns of `Candidates.signals`; the names are those of the weights in the section."""

    LEXICAL = 0
    COVERAGE = 1
    NAME = 2
    SIGNATURE = 3
    EXACT = 4
    JOINED = 5
    PATH = 6
    FILE = 7
    GRAPH = 8
    PRIOR = 9
    VECTORS = 10


Table = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The places of one index that are looked at closely.

    `documents` (N) are sorted; `signals` (N, S) by `Signal`; `matched` how many documents of the index matched at all.
    `literal` (N) says for a question of one word which hold it; it is None for any other.
    """

    documents: Documents
    signals: Table
    matched: int
    literal: Mask | None = None


def joined(parts: Sequence[Documents]) -> Documents:
    """All of these documents, each once, in order."""
    arrays = [np.asarray(part, np.uint32) for part in parts]
    return np.unique(np.concatenate(arrays)) if arrays else np.zeros(0, np.uint32)
