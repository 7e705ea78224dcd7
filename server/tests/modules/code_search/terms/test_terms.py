"""Texts as terms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.terms import terms
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import posted, terms_of


def test_an_identifier_gives_its_whole_and_its_parts() -> None:
    """The whole comes first, then the parts, all without endings."""
    assert list(terms_of("HTTPServer")) == ["httpserver", "http", "server"]
    assert list(terms_of("parse_requests")) == ["parserequest", "pars", "request"]


def test_a_plain_word_is_one_term() -> None:
    """What has no parts is not counted twice."""
    assert list(terms_of("connection")) == ["connect"]


def test_words_come_in_order_and_as_often_as_they_stand() -> None:
    """A count of terms is a count of words."""
    assert list(terms_of("pool, socket; pool!")) == ["pool", "socket", "pool"]


def test_one_word_of_prose_meets_an_identifier_of_two() -> None:
    """Who asks for "filename" finds fileName and file_name."""
    asked = set(terms_of("filename"))
    assert asked & set(terms_of("fileName"))
    assert asked & set(terms_of("file_name"))


def test_a_question_meets_the_identifier_that_it_describes() -> None:
    """Plural and tense of prose meet the bare words of code."""
    asked = set(terms_of("Where are the connections of users closed?"))
    assert set(terms_of("closeUserConnection")) >= asked - {"close"}
    assert "close" in asked


@pytest.mark.parametrize("text", ["", "   ", "the of and", "self", "x + y", "()[]{}", "1 2 3", "и в на", "_ __"])
def test_what_tells_nothing_gives_nothing(text: str) -> None:
    """Stop words, single letters and signs are no terms."""
    assert list(terms_of(text)) == []


def test_a_long_name_of_many_words_keeps_its_words() -> None:
    """Tests are named in whole sentences."""
    name = "test_that_a_very_long_sentence_about_redirects_still_gives_every_single_word_of_it"
    found = terms_of(name)
    assert {"redirect", "sentenc", "word"} <= set(found)
    assert "".join(name.split("_")) not in found


def test_data_written_as_text_is_left_out() -> None:
    """Nobody asks for a kilobyte of base64."""
    assert list(terms_of("QUJD" * 300)) == []
    assert list(terms_of("f" * 65)) == []


def test_russian_words_lose_their_endings_and_dots() -> None:
    """The same word in another case is the same term."""
    assert terms_of("счётчики") == terms_of("счетчик")


@given(st.text(max_size=200))
def test_posted_terms_are_the_hashes_of_the_terms(text: str) -> None:
    """The packed form tells the same as the readable one, for any text."""
    hashes = np.frombuffer(posted(text), "<u8").tolist()
    assert hashes == [hash_of(term) for term in terms_of(text)]


def test_the_kept_words_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vocabulary without an end does not fill the memory, and the answers stay right."""
    monkeypatch.setattr(terms, "_MOST_KEPT", 10)
    words = [f"word{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh"]
    before = [posted(word) for word in words]
    assert len(terms._kept) <= 10
    assert [posted(word) for word in words] == before
