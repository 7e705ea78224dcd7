"""Words that tell nothing."""

import pytest

from nexy.modules.code_search.terms.stop_words import stop_words


@pytest.mark.parametrize("word", ["the", "where", "is", "self", "return", "где", "который", "и", "ее"])
def test_little_words_of_prose_and_code_are_known(word: str) -> None:
    """Both languages and the keywords of code are in the list."""
    assert word in stop_words()


@pytest.mark.parametrize("word", ["key", "private", "public", "static", "type", "class", "import", "file", "ключ"])
def test_words_that_questions_ask_for_are_not(word: str) -> None:
    """ "Private key" and "static files" are asked for, though they are keywords too."""
    assert word not in stop_words()


def test_the_remark_of_the_file_is_no_word() -> None:
    """Lines that begin with # are left out."""
    assert "#" not in stop_words()
    assert "nearly" not in stop_words()


def test_words_are_folded_as_texts_are() -> None:
    """Every word is in lower case and without ё, or it would never meet a text's."""
    assert all(word == word.lower() and "ё" not in word for word in stop_words())
