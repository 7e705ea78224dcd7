"""The only word of a question."""

import numpy as np
import pytest

from nexy.config.code_ranking_section import WordWeights
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.ranking.literal import literal_first, literal_of
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.terms.hashing import hash_of

WEIGHTS = WordWeights()


def _literal(text: str, kind: SearchKind = SearchKind.HYBRID) -> int:
    return literal_of(read_question(text, WEIGHTS), kind)


@pytest.mark.parametrize("text", ["symlink", "the symlink?", "where is a symlink", "Symlinks", "symlink()"])
def test_one_word_is_one_whatever_tells_nothing_around_it(text: str) -> None:
    """By its stem."""
    assert _literal(text) == hash_of("symlink")


@pytest.mark.parametrize(
    "text", ["read a file", "is_symlink_to", "ссылка", "", "...", "a/b/c.py", "log in", "how to sign in"]
)
def test_others_have_no_such_word(text: str) -> None:
    """Several words, names of several, a verb with its particle, and Russian, which stands in code by its English."""
    assert _literal(text) == 0


@pytest.mark.parametrize(
    ("kind", "has"),
    [(SearchKind.HYBRID, True), (SearchKind.KEYWORD, True), (SearchKind.SEMANTIC, False), (SearchKind.GRAPH, False)],
)
def test_the_kind_decides_whether_words_do(kind: SearchKind, has: bool) -> None:
    """Meaning and graph go beyond the word."""
    assert bool(_literal("symlink", kind)) is has


def test_what_has_not_the_word_comes_after_all_that_has_it() -> None:
    """Over all indexes, in the same order among themselves, and what has it keeps its score."""
    one, other = np.array([0.9, 0.2, 0.6], np.float32), np.array([0.5, 0.4], np.float32)
    masks = (np.array([False, True, False]), np.array([True, False]))
    first, second = literal_first([one, other], masks)
    assert first[1] == one[1]
    assert second[0] == other[0]
    assert 0.2 > first[0] > first[2] > second[1] > 0


@pytest.mark.parametrize(
    "masks", [[None, None], [np.zeros(2, bool), np.zeros(1, bool)], [np.ones(2, bool), np.ones(1, bool)]]
)
def test_nothing_is_lowered_without_need(masks: list[np.ndarray | None]) -> None:
    """Where the question has several words, where the word is nowhere, and where it is everywhere."""
    scores = [np.array([0.9, 0.2], np.float32), np.array([0.0], np.float32)]
    assert [some.tolist() for some in literal_first(scores, masks)] == [some.tolist() for some in scores]


def test_an_index_without_candidates_is_no_hindrance() -> None:
    """Its scores are as many as there are."""
    nothing = np.zeros(0, np.float32)
    scores = literal_first([nothing, np.array([0.9, 0.1], np.float32)], [nothing > 0, np.array([False, True])])
    assert len(scores[0]) == 0
    assert scores[1][0] < scores[1][1]
