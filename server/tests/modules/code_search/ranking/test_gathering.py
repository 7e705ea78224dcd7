"""What speaks for each place of one index."""

from pathlib import Path

import numpy as np
import pytest

from nexy.config.code_ranking_section import RankingConfig
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.asking import wanted_of
from nexy.modules.code_search.ranking.gathering import Search, gather
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.ranking.signals import Candidates, Signal, joined
from nexy.modules.code_search.vectors.matrix import Near
from support.code_index import indexed, piece, source

CONFIG = RankingConfig()


def _search(text: str, index: MappedIndex, *, config: RankingConfig = CONFIG, language: str = "") -> Search:
    question = read_question(text, config.words)
    return Search(
        question=question,
        wanted=wanted_of(question.asked, [index]),
        pairs=wanted_of(question.joined, [index]),
        language=language,
        config=config,
    )


def _gather(text: str, index: MappedIndex, near: Near | None = None) -> Candidates:
    return gather(_search(text, index), index, near)


def _value(candidates: Candidates, document: int, signal: Signal) -> float:
    (row,) = np.flatnonzero(candidates.documents == document)
    return float(candidates.signals[row, signal])


@pytest.fixture
def store(tmp_path: Path) -> MappedIndex:
    """Five pieces around a store of users."""
    return indexed(
        tmp_path / "store",
        source(
            "store/user.py",
            piece("find_user", code="rows = query(key)", signature="(key: str)", calls=("query",)),
            piece("find_user_by_mail", code="rows = query(mail)", calls=("query",)),
            piece("query", code="cursor.execute(statement)"),
        ),
        source("store/mail.py", piece("deliver", code="find user send"), piece("retry", code="sleep")),
    )


def test_every_signal_lies_between_0_and_1(store: MappedIndex) -> None:
    """So that weights mean what they say."""
    near = Near(documents=np.array([1, 4], np.uint32), likeness=np.array([0.8, 0.2], np.float32))
    signals = _gather("find the user by key with store/user.py and query()", store, near).signals
    assert signals.min() >= 0
    assert signals.max() <= 1


def test_a_name_that_is_the_question_agrees_most(store: MappedIndex) -> None:
    """A name that says more than was asked agrees less, and one that says nothing of it not at all."""
    found = _gather("find user", store)
    assert _value(found, 0, Signal.NAME) == pytest.approx(1)
    assert 0 < _value(found, 1, Signal.NAME) < 1
    assert _value(found, 3, Signal.NAME) == 0


def test_coverage_is_the_share_of_the_question_that_is_there(store: MappedIndex) -> None:
    """Whatever the field."""
    found = _gather("find user mail", store)
    assert _value(found, 1, Signal.COVERAGE) == pytest.approx(1)
    assert 0 < _value(found, 0, Signal.COVERAGE) < 1


def test_a_signature_speaks_for_itself(store: MappedIndex) -> None:
    """Parameters are what a question is about as often as names."""
    found = _gather("user key", store)
    assert _value(found, 0, Signal.SIGNATURE) > _value(found, 1, Signal.SIGNATURE) == 0


def test_neighbours_in_one_piece_are_seen(store: MappedIndex) -> None:
    """find_user is what "find the user" is called."""
    found = _gather("find the user", store)
    assert _value(found, 0, Signal.JOINED) == 1
    assert _value(found, 3, Signal.JOINED) == 0


def test_a_file_lends_what_it_has_to_its_pieces(store: MappedIndex) -> None:
    """A piece without a word of it may lie in the right file."""
    found = _gather("key mail query statement", store)
    assert _value(found, 2, Signal.FILE) == pytest.approx(1)
    assert _value(found, 2, Signal.COVERAGE) < 1


def test_what_the_best_call_comes_along_the_graph(store: MappedIndex) -> None:
    """Both finders call query."""
    found = _gather("find user", store)
    assert _value(found, 2, Signal.GRAPH) > 0


def test_likeness_falls_from_its_own_to_nothing(store: MappedIndex) -> None:
    """A question to which nothing is near gives vectors little to say."""
    near = Near(documents=np.array([3, 0, 1], np.uint32), likeness=np.array([0.6, 0.4, 0.2], np.float32))
    found = _gather("unheard", store, near)
    assert [_value(found, document, Signal.VECTORS) for document in (3, 0, 1)] == pytest.approx([0.6, 0.3, 0.0])


def test_the_candidates_are_bounded_and_the_best(tmp_path: Path) -> None:
    """The matched are counted all the same."""
    pieces = [piece(f"other_{number}", code="socket " + "filler " * 40) for number in range(30)]
    index = indexed(tmp_path, source("a.py", *pieces, piece("socket", code="socket")))
    config = RankingConfig(candidates=5, seeds=2)
    found = gather(_search("socket", index, config=config), index, None)
    assert len(found.documents) <= 7
    assert 30 in found.documents
    assert found.matched == 31


def test_documents_are_sorted_and_each_comes_once(store: MappedIndex) -> None:
    """Counts are looked up in that order."""
    documents = _gather("find user query store/user.py", store).documents.tolist()
    assert documents == sorted(set(documents))


def test_a_language_keeps_all_ways_to_its_files(store: MappedIndex) -> None:
    """Neither names nor vectors bring in another one."""
    near = Near(documents=np.array([1], np.uint32), likeness=np.array([0.8], np.float32))
    found = gather(_search("find_user", store, language="go"), store, near)
    assert not len(found.documents)
    assert found.matched == 0


def test_joining_nothing_gives_nothing() -> None:
    """And equal documents become one."""
    assert not len(joined([]))
    assert joined([np.array([3, 1], np.uint32), np.array([1], np.uint32)]).tolist() == [1, 3]
