"""Edges by their ends."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.graph.adjacency import inward, outward
from nexy.modules.code_search.graph.mentions import Edges

_DOCUMENTS = 6
_pairs = st.sets(st.tuples(st.integers(0, _DOCUMENTS - 1), st.integers(0, _DOCUMENTS - 1)), max_size=20).map(sorted)


def _edges(pairs: list[tuple[int, int]]) -> Edges:
    sources, targets = (np.array([pair[place] for pair in pairs], np.int64) for place in (0, 1))
    return Edges(sources=sources, targets=targets, weights=(sources * 10 + targets).astype(np.float32))


@given(_pairs)
def test_each_document_has_its_edges_out_and_in(pairs: list[tuple[int, int]]) -> None:
    """With their weights, in both directions."""
    out, back = outward(_edges(pairs), _DOCUMENTS), inward(_edges(pairs), _DOCUMENTS)
    for document in range(_DOCUMENTS):
        where, there = out.of(document), back.of(document)
        assert set(out.others[where].tolist()) == {target for source, target in pairs if source == document}
        assert set(back.others[there].tolist()) == {source for source, target in pairs if target == document}
        assert (out.weights[where] == document * 10 + out.others[where]).all()
        assert (back.weights[there] == document + 10 * back.others[there].astype(int)).all()


@given(_pairs, st.lists(st.integers(0, _DOCUMENTS - 1), max_size=5))
def test_several_documents_are_answered_at_once(pairs: list[tuple[int, int]], asked: list[int]) -> None:
    """As if one after the other had been asked."""
    out = outward(_edges(pairs), _DOCUMENTS)
    documents = np.array(asked, np.int64)
    places, which = out.of_all(documents)
    wanted = [(n, place) for n, d in enumerate(asked) for place in range(out.of(d).start, out.of(d).stop)]
    assert list(zip(which.tolist(), places.tolist(), strict=True)) == wanted
    assert out.degrees(documents).tolist() == [out.of(d).stop - out.of(d).start for d in asked]
