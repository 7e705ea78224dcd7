"""BM25F over the mapped postings, held against a slow and plain one."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexy.modules.code_search.model import Chunk
from nexy.modules.code_search.postings.asking import Concept, QueryTerm
from nexy.modules.code_search.postings.fields import Field, FieldWeight, FieldWeights
from nexy.modules.code_search.postings.lexical import rarity
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import terms_of
from support.code_index import concepts, indexed, piece, source

_WEIGHTS = FieldWeights()
_Fields = list[list[str]]


def _texts(path: str, chunk: Chunk) -> _Fields:
    owner = chunk.symbol.rpartition(".")[0]
    return [list(terms_of(text)) for text in (chunk.name, owner, chunk.signature, chunk.comment, chunk.code, path)]


def _counted(texts: _Fields, means: Sequence[float], term: str, weights: FieldWeights) -> float:
    total = 0.0
    for field in Field:
        weight, length = weights.of(field), max(len(texts[field]), 1)
        total += weight.boost * texts[field].count(term) / (1 - weight.b + weight.b * length / means[field])
    return total


def _plain(documents: Sequence[_Fields], asked: Sequence[str], weights: FieldWeights) -> list[float]:
    """BM25F as in a book."""
    lengths = [[len(texts[field]) for texts in documents if texts[field]] for field in Field]
    means = [max(sum(field) / max(len(field), 1), 1.0) for field in lengths]
    scores = []
    for texts in documents:
        score = 0.0
        for term in asked:
            having = sum(any(term in field for field in other) for other in documents)
            counted = _counted(texts, means, term, weights)
            score += rarity(having, len(documents)) * (weights.k1 + 1) * counted / (counted + weights.k1)
        scores.append(score)
    return scores


_words = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "poolSize"]), max_size=5).map(" ".join)
_chunks = st.builds(
    lambda symbol, code, comment, signature: piece(symbol, code=code, comment=comment, signature=signature),
    st.sampled_from(["", "alpha", "Beta.gamma", "poolSize"]),
    _words,
    _words,
    _words,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    files=st.lists(st.lists(_chunks, min_size=1, max_size=3), min_size=1, max_size=4),
    asked=st.lists(st.sampled_from(["alpha", "beta", "gamma", "pool", "size", "file"]), min_size=1, unique=True),
    b=st.floats(0, 1),
)
def test_scores_are_those_of_the_book(tmp_path: Path, files: list[list[Chunk]], asked: list[str], b: float) -> None:
    """For any small project and question the mapped arrays give what adding up one by one gives."""
    paths = [f"alpha/file{number}.py" for number in range(len(files))]
    weights = FieldWeights(code=FieldWeight(boost=0.7, b=b), comment=FieldWeight(boost=0), k1=0.9)
    index = indexed(tmp_path, *(source(path, *chunks) for path, chunks in zip(paths, files, strict=True)))
    documents = [_texts(path, chunk) for path, chunks in zip(paths, files, strict=True) for chunk in chunks]
    terms = [terms_of(word)[0] for word in asked]
    found = index.lexical([Concept(terms=(QueryTerm(hash=hash_of(term)),)) for term in terms], weights)
    np.testing.assert_allclose(found.scores, _plain(documents, terms, weights), rtol=1e-4, atol=1e-6)


@pytest.fixture
def index(tmp_path: Path) -> MappedIndex:
    return indexed(
        tmp_path,
        source(
            "net/pool.py",
            piece("Pool.close", comment="Close idle sockets.", code="for sock in idle: sock.close()"),
            piece("Pool.open", comment="Open a socket.", code="return connect(host)"),
        ),
        source("config.py", piece("load_config", code="cfg = read(path)"), piece("save", code="write(cfg, path)")),
        source("words.py", piece("count", code="total += len(words)")),
    )


def _best(index: MappedIndex, question: str, weights: FieldWeights = _WEIGHTS) -> list[int]:
    scores = index.lexical(concepts(question), weights).scores
    return [int(place) for place in np.argsort(-scores, kind="stable") if scores[place] > 0]


def test_the_piece_that_has_most_of_the_question_comes_first(index: MappedIndex) -> None:
    """Words of name, comment and code count together."""
    assert _best(index, "how are idle sockets closed")[0] == 0


def test_a_word_that_nobody_has_finds_nothing(index: MappedIndex) -> None:
    """No score, no coverage."""
    found = index.lexical(concepts("zebra"), _WEIGHTS)
    assert not found.scores.any()
    assert not found.coverage.any()


@pytest.mark.parametrize("b", [0.0, 1.0])
def test_the_ends_of_the_scale_of_lengths_are_allowed(index: MappedIndex, b: float) -> None:
    """With b at 1 an empty field is not divided by its length, and nothing becomes infinite."""
    weights = FieldWeights(**{field.name.lower(): FieldWeight(b=b) for field in Field})
    found = index.lexical(concepts("idle sockets closed"), weights)
    assert np.isfinite(found.scores).all()
    assert int(found.scores.argmax()) == 0


def test_an_empty_question_finds_nothing(index: MappedIndex) -> None:
    """No division by nothing."""
    found = index.lexical([], _WEIGHTS)
    assert not found.scores.any()
    assert not found.coverage.any()
    assert not index.lexical([Concept(terms=())], _WEIGHTS).scores.any()


def test_words_of_the_path_find_every_piece_of_the_file(index: MappedIndex) -> None:
    """Who asks for "net" means the folder."""
    assert set(_best(index, "net")) == {0, 1}


def test_a_field_without_weight_does_not_count(index: MappedIndex) -> None:
    """Leaving a field out leaves its documents out."""
    nothing = FieldWeight(boost=0)
    assert _best(index, "net", FieldWeights(path=nothing)) == []
    assert 1 in _best(index, "socket")
    assert 1 not in _best(index, "socket", FieldWeights(comment=nothing))


def test_coverage_is_the_share_of_the_question_by_rarity(index: MappedIndex) -> None:
    """All words 1, and a rare word is a larger share than a common one."""
    whole = index.lexical(concepts("idle sockets"), _WEIGHTS).coverage
    assert whole[0] == pytest.approx(1)
    asked = concepts("cfg write")
    coverage = index.lexical(asked, _WEIGHTS).coverage
    common, rare = rarity(2, 5), rarity(1, 5)
    assert coverage[2] == pytest.approx(common / (common + rare))
    assert coverage[3] == pytest.approx(1)


def test_words_that_mean_the_same_are_counted_as_one(index: MappedIndex) -> None:
    """A concept of two words is covered by either, and is as frequent as its most frequent word."""
    config, cfg = hash_of(terms_of("config")[0]), hash_of("cfg")
    concept = Concept(terms=(QueryTerm(hash=config), QueryTerm(hash=cfg, weight=0.5)))
    found = index.lexical([concept], _WEIGHTS)
    assert found.coverage[[2, 3]].tolist() == [1, 1]
    assert found.scores[2] > found.scores[3] > 0
    assert index.most_frequent(concept) == 2


def test_a_stand_in_scores_less_than_the_word_itself(index: MappedIndex) -> None:
    """Its weight is below 1."""
    word = concepts("write")[0].terms[0].hash
    half = Concept(terms=(QueryTerm(hash=word, weight=0.5),))
    assert index.lexical([half], _WEIGHTS).scores[3] < index.lexical(concepts("write"), _WEIGHTS).scores[3]


def test_a_given_rarity_takes_the_place_of_the_own(index: MappedIndex) -> None:
    """Several indexes are compared by one rarity, and a concept's weight multiplies it."""
    term = concepts("write")[0].terms
    one = index.lexical([Concept(terms=term, rarity=1.0)], _WEIGHTS).scores[3]
    assert index.lexical([Concept(terms=term, rarity=3.0)], _WEIGHTS).scores[3] == pytest.approx(3 * one)
    assert index.lexical([Concept(terms=term, rarity=1.0, weight=0.5)], _WEIGHTS).scores[3] == pytest.approx(one / 2)


def test_a_term_next_to_a_known_one_is_not_taken_for_it(index: MappedIndex) -> None:
    """Hashes are compared whole, also before the first and behind the last."""
    for term in (0, hash_of("cfg") + 1, hash_of("cfg") - 1, (1 << 64) - 1):
        assert index.frequency(term) == 0
    assert index.frequency(hash_of("cfg")) == 2


def test_contributions_tell_where_the_score_came_from(index: MappedIndex) -> None:
    """Shares of the whole, the largest first, each with its word and field."""
    asked = concepts("idle sockets closed")
    parts = index.contributions(np.array([0], np.uint32), asked, _WEIGHTS)[0]
    assert sum(part.amount for part in parts) == pytest.approx(1)
    assert [part.amount for part in parts] == sorted((part.amount for part in parts), reverse=True)
    named = {(part.concept, part.field) for part in parts}
    assert named == {(0, Field.COMMENT), (0, Field.CODE), (1, Field.COMMENT), *((2, f) for f in (Field.NAME, 3, 4))}


def test_contributions_follow_the_score(index: MappedIndex) -> None:
    """What a concept contributes is its own score's share of the whole."""
    asked = concepts("idle close")
    whole = index.lexical(asked, _WEIGHTS).scores[0]
    parts = index.contributions(np.array([0], np.uint32), asked, _WEIGHTS)[0]
    for number, concept in enumerate(asked):
        alone = index.lexical([concept], _WEIGHTS).scores[0]
        share = sum(part.amount for part in parts if part.concept == number)
        assert share == pytest.approx(alone / whole, rel=1e-4)


def test_a_document_that_was_not_found_has_no_contributions(index: MappedIndex) -> None:
    """Nothing is made up."""
    both = np.array([0, 4], np.uint32)
    first, other = index.contributions(both, concepts("idle sockets"), _WEIGHTS)
    assert first
    assert other == []
    assert index.contributions(both, [], _WEIGHTS) == [[], []]


def test_rarity_falls_with_the_frequency() -> None:
    """What stands everywhere is worth next to nothing, and never less than nothing."""
    values = [rarity(frequency, 100) for frequency in (0, 1, 10, 50, 100)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert values[1] == pytest.approx(math.log(1 + 99.5 / 1.5))


def test_many_different_weights_do_not_fill_the_memory(index: MappedIndex) -> None:
    """What is kept per weight is bounded, and an answer does not depend on what was asked before."""
    before = index.lexical(concepts("idle sockets"), _WEIGHTS).scores
    for step in range(60):
        index.lexical(concepts("idle sockets"), FieldWeights(code=FieldWeight(b=step / 60)))
    assert len(index._lexical._kept) <= 4 * len(Field)
    np.testing.assert_array_equal(index.lexical(concepts("idle sockets"), _WEIGHTS).scores, before)
