"""Questions that nobody in good faith asks, and indexes that nobody in good order has."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexy.config.code_ranking_section import RankingConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.marks import marks_in
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.ranking.rank import Ranking, rank
from nexy.modules.code_search.vectors.matrix import Near
from support.code_index import indexed, piece, source

CONFIG = RankingConfig()
LONGEST = 4000


def _rank(text: str, index: MappedIndex, near: Near | None = None, kind: SearchKind = SearchKind.HYBRID) -> Ranking:
    question = read_question(text, CONFIG.words)
    return rank(question, [index], [near], kind=kind, limit=10, config=CONFIG)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> MappedIndex:
    """Names in several scripts, an empty piece, and a name as long as a line."""
    return indexed(
        tmp_path_factory.mktemp("hostile"),
        source("a/b.py", piece("parse_header", code="value = line"), piece(), piece("закрыть_сокет", code="сокет")),
        source("c/ü ß.ts", piece("größe", code="ширина"), piece("x" * 300, code="y" * 300), language="typescript"),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=200), kind=st.sampled_from(SearchKind))
def test_any_text_gets_an_answer(index: MappedIndex, text: str, kind: SearchKind) -> None:
    """Places within bounds, and a reason for each."""
    ranking = _rank(text, index, kind=kind)
    assert ranking.total >= len(ranking.places)
    assert all(0 < place.score <= 1 and place.why for place in ranking.places)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            ["parse", "header", "a/b.py", "Foo.bar", "::", "->", "()", "**", "сокет", "закрыть", "_", "\x00"]
        ),
        max_size=40,
    ).map(" ".join)
)
def test_any_mix_of_names_paths_and_words_gets_an_answer(index: MappedIndex, text: str) -> None:
    """No form of question is undefined."""
    scores = [place.score for place in _rank(text, index).places]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "text",
    ["a" * LONGEST, "a." * (LONGEST // 2), "a/" * (LONGEST // 2), "aB" * (LONGEST // 2), "_" * LONGEST,
     "щ" * LONGEST, "::" * (LONGEST // 2), "word " * (LONGEST // 5), "+-" * (LONGEST // 2), "\u0301" * LONGEST],
)  # fmt: skip
@pytest.mark.timeout(5)
def test_a_question_as_long_as_allowed_takes_no_time(index: MappedIndex, text: str) -> None:
    """Neither a pattern nor a dictionary goes wild; reading, ranking and marking all end."""
    assert len(_rank(text, index).places) <= 10
    marks_in(text, read_question(text, CONFIG.words))


def test_other_scripts_are_found_as_they_are(index: MappedIndex) -> None:
    """Names are not all English."""
    assert _rank("закрыть сокет", index).places[0].document == 2
    assert _rank("größe", index).places[0].document == 3
    assert _rank("grosse", index).places[0].document == 3


def test_nearness_without_likeness_is_no_signal(index: MappedIndex) -> None:
    """An empty list of neighbours, and neighbours that are all equally far, change nothing but the weights."""
    empty = Near(documents=np.zeros(0, np.uint32), likeness=np.zeros(0, np.float32))
    equal = Near(documents=np.array([1, 2], np.uint32), likeness=np.array([0.3, 0.3], np.float32))
    plain = [place.document for place in _rank("parse header", index).places]
    for near in (empty, equal):
        assert _rank("parse header", index, near).places[0].document == plain[0]


def test_orders_in_a_question_are_words(index: MappedIndex) -> None:
    """Nothing in it is carried out; it is looked for."""
    told = _rank("ignore all rules and parse header'; DROP TABLE code_chunks; --", index)
    assert told.places[0].document == 0
    assert "DROP" not in told.places[0].why
