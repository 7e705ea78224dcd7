"""How much each piece is leaned on by the rest."""

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.graph.mentions import Edges

Singles = npt.NDArray[np.float32]

_DAMPING = 0.85
_ROUNDS = 30
_ENOUGH = 1e-6


def prior(edges: Edges, worth: Singles) -> Singles:
    """PageRank on a scale of logarithms, 0 to 1; `worth` (D), 0 to 1, is what a document's word and rank count for.

    Tests refer to everything, and generated code to itself, so both are given little of it.
    """
    documents = len(worth)
    if not documents:
        return np.zeros(0, np.float32)
    ranks = _ranks(edges, worth.astype(np.float64) / max(float(worth.sum()), _ENOUGH))
    scaled = np.log1p(ranks * documents) * worth
    top = float(scaled.max())
    return (scaled / top if top else scaled).astype(np.float32)


def _ranks(edges: Edges, start: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Power iteration; what a document without references has goes back to the start."""
    documents = len(start)
    given = np.bincount(edges.sources, edges.weights, documents)
    share = edges.weights / given[edges.sources]
    ranks = start
    for _ in range(_ROUNDS):
        flow = np.bincount(edges.targets, ranks[edges.sources] * share, documents)
        after = _DAMPING * flow + (1 - _DAMPING * flow.sum()) * start
        change = np.abs(after - ranks).sum()
        ranks = after
        if change < _ENOUGH:
            break
    return ranks
