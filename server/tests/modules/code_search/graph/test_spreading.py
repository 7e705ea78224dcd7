"""What lies near."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.graph.adjacency import Adjacency, inward, outward
from nexy.modules.code_search.graph.mentions import Edges
from nexy.modules.code_search.graph.spreading import spread


def _directions(documents: int, *triples: tuple[int, int, float]) -> tuple[Adjacency, Adjacency]:
    sources, targets = (np.array([triple[place] for triple in triples], np.int64) for place in (0, 1))
    edges = Edges(sources=sources, targets=targets, weights=np.array([t[2] for t in triples], np.float32))
    return outward(edges, documents), inward(edges, documents)


def _spread(
    directions: tuple[Adjacency, Adjacency], seeds: dict[int, float], *, rounds: int = 3, most: int = 1000
) -> np.ndarray:
    documents, weights = np.array(list(seeds), np.int64), np.array(list(seeds.values()), np.float32)
    return spread(directions, documents, weights, keep=0.5, rounds=rounds, most=most)


def test_a_share_goes_to_callers_and_callees() -> None:
    """Half stays, the rest is divided by the weights; one round."""
    shares = _spread(_directions(4, (0, 1, 1.0), (2, 0, 0.5), (2, 3, 1.0)), {0: 1.0}, rounds=1)
    assert shares.tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 6, 0])


def test_two_rounds_reach_the_neighbours_of_neighbours() -> None:
    """And nobody who is farther."""
    chain = _directions(5, (0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 4, 1.0))
    shares = _spread(chain, {0: 1.0}, rounds=2)
    assert shares[2] > 0
    assert shares[3] == shares[4] == 0


def test_seeds_count_by_their_weights() -> None:
    """Twice the weight is twice the share, whatever the unit."""
    apart = _directions(4, (0, 1, 1.0), (2, 3, 1.0))
    shares = _spread(apart, {0: 4.0, 2: 2.0})
    assert shares[0] == pytest.approx(2 * shares[2])
    assert shares[1] == pytest.approx(2 * shares[3])


def test_between_two_seeds_is_nearer_than_beside_one() -> None:
    """What several of the found refer to is likely meant."""
    shares = _spread(_directions(5, (0, 2, 1.0), (1, 2, 1.0), (0, 3, 1.0), (1, 4, 1.0)), {0: 1.0, 1: 1.0}, rounds=1)
    assert shares[2] == pytest.approx(2 * shares[3])


def test_a_lonely_seed_keeps_everything() -> None:
    """There is nobody to pass on to."""
    assert _spread(_directions(3, (1, 2, 1.0)), {0: 1.0}).tolist() == [1, 0, 0]


def test_a_hub_is_not_followed_beyond_the_bound() -> None:
    """What has more references than a round may follow keeps its share; smaller ones pass theirs on."""
    hub = [(0, other, 1.0) for other in range(2, 40)]
    shares = _spread(_directions(41, *hub, (1, 40, 1.0)), {0: 1.0, 1: 0.9}, rounds=1, most=20)
    assert shares[2:40].sum() == 0
    assert shares[0] == pytest.approx(1 / 1.9)


def test_the_heaviest_are_followed_first() -> None:
    """The bound leaves out who holds little."""
    pairs = _directions(6, (0, 1, 1.0), (2, 3, 1.0), (4, 5, 1.0))
    shares = _spread(pairs, {0: 0.2, 2: 0.5, 4: 0.3}, rounds=1, most=2)
    assert shares[3] > 0
    assert shares[5] > 0
    assert shares[1] == 0


def test_no_weight_is_no_share() -> None:
    """Seeds that matter nothing spread nothing."""
    assert not _spread(_directions(2, (0, 1, 1.0)), {0: 0.0}).any()
    assert not _spread(_directions(2, (0, 1, 1.0)), {}).any()


_triples = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.01, 1)), max_size=30, unique_by=lambda t: t[:2]
)


@given(
    _triples, st.dictionaries(st.integers(0, 7), st.floats(0.01, 10), min_size=1), st.integers(0, 4), st.integers(1, 40)
)
def test_no_share_is_lost(
    triples: list[tuple[int, int, float]], seeds: dict[int, float], rounds: int, most: int
) -> None:
    """Whatever the graph and the bound, the shares add up to 1 and none is negative."""
    shares = _spread(_directions(8, *triples), seeds, rounds=rounds, most=most)
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert (shares >= 0).all()
