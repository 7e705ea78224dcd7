"""Words without their endings."""

import sys

import pytest

from nexy.modules.code_search.terms import stemming
from nexy.modules.code_search.terms.stemming import StemmerMissing, stem


@pytest.mark.parametrize(
    "words",
    [
        ("connect", "connects", "connected", "connecting", "connection", "connections"),
        ("parse", "parses", "parsed", "parsing"),
        ("id", "ids"),
        ("retry", "retries", "retried"),
        ("user", "users"),
    ],
)
def test_english_forms_of_a_word_share_a_stem(words: tuple[str, ...]) -> None:
    """Number, tense and -tion do not matter."""
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("пользователь", "пользователя", "пользователи", "пользователем"),
        ("соединение", "соединения", "соединений"),
        ("файл", "файлы", "файлов", "файлами"),
    ],
)
def test_russian_forms_of_a_word_share_a_stem(words: tuple[str, ...]) -> None:
    """Case and number do not matter."""
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize("word", ["", "a", "io", "я", "256", "日本語"])
def test_what_has_no_ending_stays(word: str) -> None:
    """Short words, numbers and other scripts are their own stem."""
    assert stem(word) == word


def test_different_words_keep_different_stems() -> None:
    """A stem does not eat the word."""
    assert len({stem(word) for word in ("user", "use", "unit", "universe", "connect", "content")}) == 6


def test_without_the_library_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without PyStemmer says what to install."""
    monkeypatch.setitem(sys.modules, "Stemmer", None)
    stemming._stemmers.cache_clear()
    try:
        with pytest.raises(StemmerMissing, match=r"nexy-server\[code\]") as raised:
            stem("connection")
    finally:
        stemming._stemmers.cache_clear()
    assert raised.value.code == "code_extra_missing"
