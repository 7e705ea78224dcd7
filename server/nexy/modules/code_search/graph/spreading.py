"""What lies near some pieces: personalised PageRank, pushed along a bounded number of edges.

Only the few documents that hold a share are touched, however large the project is.
"""

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.graph.adjacency import Adjacency

Singles = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.int64]
_Shares = npt.NDArray[np.float64]
_Held = tuple[_Numbers, _Shares]


def spread(
    directions: tuple[Adjacency, Adjacency], seeds: _Numbers, weights: Singles, *, keep: float, rounds: int, most: int
) -> Singles:
    """The share of each document (D) after `rounds` of passing on, the seeds having 1 together.

    A document keeps the share `keep` of what arrives and passes the rest on along its references in both directions,
    by their weights. A round follows `most` edges at most, those of the documents that hold most; the others, and
    those that have none, keep all.
    """
    documents = len(directions[0].ends)
    total = float(weights.sum(dtype=np.float64))
    if not total > 0:
        return np.zeros(documents, np.float32)
    holders, held = _together(seeds, weights.astype(np.float64) / total)
    settled: list[_Held] = []
    for _ in range(rounds):
        passing = _passing(directions, holders, held, most)
        settled.append((holders, np.where(passing, keep * held, held)))
        holders, held = _passed(directions, holders[passing], (1 - keep) * held[passing])
    settled.append((holders, held))
    where, shares = (np.concatenate(column) for column in zip(*settled, strict=True))
    return np.bincount(where, shares, documents).astype(np.float32)


def _together(documents: _Numbers, shares: _Shares) -> _Held:
    """Each document once, with all of its shares."""
    unique, which = np.unique(documents, return_inverse=True)
    return unique, np.bincount(which, shares, len(unique)).astype(np.float64)


def _passing(
    directions: tuple[Adjacency, Adjacency], holders: _Numbers, held: _Shares, most: int
) -> npt.NDArray[np.bool_]:
    """Which holders pass on: those with references that hold most, while theirs are not more than `most` together."""
    edges = directions[0].degrees(holders) + directions[1].degrees(holders)
    order = np.argsort(-held, kind="stable")
    passing = np.zeros(len(holders), np.bool_)
    passing[order] = np.cumsum(edges[order]) <= most
    return passing & (edges > 0)


def _passed(directions: tuple[Adjacency, Adjacency], holders: _Numbers, held: _Shares) -> _Held:
    """What arrives where."""
    targets, weights, owners = [], [], []
    for direction in directions:
        places, which = direction.of_all(holders)
        targets.append(direction.others[places])
        weights.append(direction.weights[places])
        owners.append(which)
    which, weight = np.concatenate(owners), np.concatenate(weights)
    given = np.bincount(which, weight, len(holders))[which]
    return _together(np.concatenate(targets).astype(np.int64), held[which] * weight / given)
