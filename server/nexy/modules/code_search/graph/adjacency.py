"""Edges in the order of their ends, so that one document's lie side by side."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.graph.mentions import Edges, Numbers
from nexy.modules.code_search.graph.ranges import ranges

Ends = npt.NDArray[np.uint32]
Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjacency:
    """The edges of document d are those before `ends[d]` and not before `ends[d - 1]`: `others` and `weights`."""

    ends: Ends
    others: Ends
    weights: Singles

    def of(self, document: int) -> slice:
        """Where the edges of one document are."""
        return slice(int(self.ends[document - 1]) if document else 0, int(self.ends[document]))

    def degrees(self, documents: Numbers) -> Numbers:
        """How many edges each of several documents has."""
        return self.ends[documents].astype(np.int64) - self._starts(documents)

    def of_all(self, documents: Numbers) -> tuple[Numbers, Numbers]:
        """Of several documents: the place of each edge, and which of `documents` it belongs to."""
        sizes = self.degrees(documents)
        return ranges(self._starts(documents), sizes), np.repeat(np.arange(len(documents)), sizes)

    def _starts(self, documents: Numbers) -> Numbers:
        return np.where(documents > 0, self.ends[documents - 1], 0).astype(np.int64)


def outward(edges: Edges, documents: int) -> Adjacency:
    """By who refers."""
    return _sorted(edges.sources, edges.targets, edges.weights, documents)


def inward(edges: Edges, documents: int) -> Adjacency:
    """By who is referred to."""
    return _sorted(edges.targets, edges.sources, edges.weights, documents)


def _sorted(keys: Numbers, others: Numbers, weights: Singles, documents: int) -> Adjacency:
    order = np.argsort(keys, kind="stable")
    return Adjacency(
        ends=np.cumsum(np.bincount(keys, minlength=documents)).astype(np.uint32),
        others=others[order].astype(np.uint32),
        weights=weights[order],
    )
