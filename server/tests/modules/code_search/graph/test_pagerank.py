"""How much each piece is leaned on."""

import numpy as np
import pytest

from nexy.modules.code_search.graph.mentions import Edges
from nexy.modules.code_search.graph.pagerank import _ranks, prior


def _edges(*triples: tuple[int, int, float]) -> Edges:
    sources, targets = (np.array([triple[place] for triple in triples], np.int64) for place in (0, 1))
    return Edges(sources=sources, targets=targets, weights=np.array([t[2] for t in triples], np.float32))


def _ones(size: int) -> np.ndarray:
    return np.ones(size, np.float32)


def test_who_is_called_by_many_is_first() -> None:
    """The best has 1, and all lie between 0 and 1."""
    ranks = prior(_edges((1, 0, 1.0), (2, 0, 1.0), (3, 0, 1.0), (3, 1, 1.0)), _ones(5))
    assert ranks[0] == 1
    assert ranks[0] > ranks[1] > ranks[4] > 0
    assert ranks[4] == pytest.approx(ranks[2])


def test_a_call_from_who_matters_matters_more() -> None:
    """3 is called by the hub, 4 by a leaf."""
    hub = [(source, 0, 1.0) for source in (5, 6, 7, 8)]
    ranks = prior(_edges(*hub, (0, 3, 1.0), (5, 4, 1.0)), _ones(9))
    assert ranks[3] > ranks[4]


def test_a_surer_reference_gives_more() -> None:
    """What a document gives is divided by the weights."""
    ranks = prior(_edges((0, 1, 0.9), (0, 2, 0.1)), _ones(3))
    assert ranks[1] > ranks[2]


def test_little_worth_is_a_low_rank() -> None:
    """A test that many refer to stays behind."""
    worth = np.array([0.15, 1, 1, 1], np.float32)
    ranks = prior(_edges((1, 0, 1.0), (2, 0, 1.0)), worth)
    assert ranks[0] < ranks[3]


def test_without_references_all_are_equal() -> None:
    """Nobody is leaned on."""
    empty = Edges(sources=np.zeros(0, np.int64), targets=np.zeros(0, np.int64), weights=np.zeros(0, np.float32))
    assert prior(empty, _ones(3)).tolist() == [1, 1, 1]
    assert prior(empty, _ones(0)).tolist() == []


def test_no_worth_at_all_is_no_rank() -> None:
    """A project of nothing that counts has no first."""
    assert prior(_edges((0, 1, 1.0)), np.zeros(2, np.float32)).tolist() == [0, 0]


def test_ranks_are_those_of_the_equations() -> None:
    """Power iteration ends where the linear system does."""
    edges = _edges((0, 1, 1.0), (1, 2, 0.5), (1, 0, 0.5), (2, 0, 1.0), (3, 2, 0.2), (3, 4, 0.8))
    start = np.full(5, 0.2)
    flow = np.zeros((5, 5))
    for source, target, weight in zip(edges.sources, edges.targets, edges.weights, strict=True):
        flow[target, source] = weight / edges.weights[edges.sources == source].sum()
    flow[:, 4] = start
    exact = np.linalg.solve(np.eye(5) - 0.85 * flow, 0.15 * start)
    np.testing.assert_allclose(_ranks(edges, start), exact, atol=5e-3)
    assert _ranks(edges, start).sum() == pytest.approx(1)
