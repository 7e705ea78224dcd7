"""Words of a question, and what may stand for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_ranking_section import WordWeights
from nexy.modules.code_search.ranking.wording import Asked, is_russian, joined, words_of
from nexy.modules.code_search.terms.stemming import stem

WEIGHTS = WordWeights()


def _words(text: str) -> list[str]:
    return [one.word for one in words_of(text, WEIGHTS)]


def _of(text: str, word: str) -> Asked:
    return next(one for one in words_of(text, WEIGHTS) if one.word == word)


def _weight(asked: Asked, term: str) -> float:
    return next((one.weight for one in asked.terms if one.text == stem(term)), 0.0)


def test_words_that_tell_nothing_are_left_out() -> None:
    """In both languages."""
    assert _words("the socket of a pool") == ["socket", "pool"]
    assert _words("сокет и пул") == ["сокет", "пул"]


def test_the_word_itself_weighs_more_than_its_stand_ins() -> None:
    """The order is word, form, derived and alike."""
    asked = _of("delete configuration", "delete")
    assert _weight(asked, "delete") == 1
    assert 0 < _weight(asked, "remove") < _weight(asked, "del") < 1


def test_further_stand_ins_weigh_less() -> None:
    """The list is ordered by nearness."""
    asked = _of("delete it", "delete")
    assert _weight(asked, "remove") > _weight(asked, "discard") > 0


def test_a_translation_keeps_the_russian_word() -> None:
    """Comments in code may be Russian."""
    asked = _of("закрыть соединение", "закрыть")
    assert _weight(asked, "закрыть") == 1
    assert _weight(asked, "close") == WEIGHTS.translated
    assert asked.english == "close"


def test_the_first_translation_weighs_most() -> None:
    """The dictionary gives the usual one first."""
    asked = _of("удалить", "удалить")
    assert _weight(asked, "delete") > _weight(asked, "drop") > 0


def test_a_phrase_in_two_english_words_asks_for_both() -> None:
    """They are two things, and one of them alone is not enough."""
    asked = words_of("обход в глубину", WEIGHTS)
    assert [one.english for one in asked][:2] == ["depth", "first"]
    assert stem("dfs") in {term.text for one in asked for term in one.terms}


def test_the_name_of_a_phrase_is_asked_for_besides() -> None:
    """It counts less than the words that were written."""
    asked = words_of("breadth first traversal", WEIGHTS)
    extra = [one for one in asked if one.terms[0].text == "bfs"]
    assert [one.weight for one in extra] == [WEIGHTS.phrase]


def test_an_unknown_russian_word_counts_less() -> None:
    """It may be anything."""
    asked = _of("абракадабра сокета", "абракадабра")
    assert asked.weight == WEIGHTS.unknown
    assert not asked.known
    assert asked.terms[1].text == "abrakadabr"
    assert asked.terms[1].weight == WEIGHTS.spelt


def test_too_many_words_are_cut() -> None:
    """A page of text costs no more than a long question."""
    assert len(words_of(" ".join(f"word{number}" for number in range(500)), WEIGHTS)) <= 2 * WEIGHTS.most_words


def test_neighbours_meet_whole_identifiers() -> None:
    """In either order, since English and code differ in it."""
    (pair,) = joined(words_of("request header", WEIGHTS), WEIGHTS)
    assert {term.text for term in pair.terms} == {stem("requestheader"), stem("headerrequest")}
    assert pair.weight == WEIGHTS.joined


def test_russian_neighbours_are_joined_by_their_english() -> None:
    """A function is called in English."""
    (pair,) = joined(words_of("закрыть соединение", WEIGHTS), WEIGHTS)
    assert stem("closeconnection") in {term.text for term in pair.terms}


def test_one_word_has_no_neighbour() -> None:
    """Nothing is joined."""
    assert not joined(words_of("socket", WEIGHTS), WEIGHTS)


@pytest.mark.parametrize(("text", "russian"), [("сокет", True), ("socket", False), ("mixed слово", True), ("", False)])
def test_russian_is_known_by_its_letters(text: str, russian: bool) -> None:
    """One letter is enough."""
    assert is_russian(text) is russian


@given(st.text(max_size=200))
def test_no_term_comes_twice_for_one_word(text: str) -> None:
    """It would count twice."""
    for one in words_of(text, WEIGHTS):
        terms = [term.text for term in one.terms]
        assert len(set(terms)) == len(terms) > 0


@pytest.mark.parametrize(("text", "verb"), [("how does a user log in", "log in"), ("sign on as admin", "sign on")])
def test_a_verb_with_its_particle_is_asked_for_as_one(text: str, verb: str) -> None:
    """Its words apart mean other things, so the verb alone counts little."""
    asked = _of(text, verb)
    weights = {term.text: term.weight for term in asked.terms}
    assert weights["login"] == asked.weight == 1
    assert weights[stem(verb.split()[0])] == WEIGHTS.alike
    assert [one.word for one in words_of(text, WEIGHTS)].count(verb) == 1


def test_a_phrase_may_have_words_that_tell_nothing() -> None:
    """“End of file” is eof."""
    assert _of("read to the end of file", "end of file").terms[0].text == "eof"
