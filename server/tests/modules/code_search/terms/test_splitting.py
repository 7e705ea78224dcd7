"""Identifiers taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.terms.splitting import parts_of, whole_of


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("close", ["close"]),
        ("getUserById", ["get", "user", "by", "id"]),
        ("get_user_by_id", ["get", "user", "by", "id"]),
        ("GetUserByID", ["get", "user", "by", "id"]),
        ("MAX_RETRY_COUNT", ["max", "retry", "count"]),
        ("__init__", ["init"]),
        ("_private", ["private"]),
        ("X", ["x"]),
        ("_", []),
        ("___", []),
    ],
)
def test_words_begin_at_capitals_and_underscores(word: str, parts: list[str]) -> None:
    """Camel case, snake case and constants give the words that a person sees in them."""
    assert list(parts_of(word)) == parts


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("HTTPServer", ["http", "server"]),
        ("parseJSON", ["parse", "json"]),
        ("XMLHttpRequest", ["xml", "http", "request"]),
        ("IOError", ["io", "error"]),
        ("URLs", ["urls"]),
        ("userIDs", ["user", "ids"]),
        ("toURLString", ["to", "url", "string"]),
        ("ABTest", ["ab", "test"]),
    ],
)
def test_acronyms_stay_in_one_piece(word: str, parts: list[str]) -> None:
    """An acronym ends before the capital of the next word, and its plural belongs to it."""
    assert list(parts_of(word)) == parts


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("sha256", ["sha", "256"]),
        ("utf8Decode", ["utf", "8", "decode"]),
        ("HTTP2Stream", ["http", "2", "stream"]),
        ("x86_64", ["x", "86", "64"]),
        ("404", ["404"]),
    ],
)
def test_numbers_are_words_of_their_own(word: str, parts: list[str]) -> None:
    """Digits are split from letters on both sides."""
    assert list(parts_of(word)) == parts


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("ПолучитьПользователя", ["получить", "пользователя"]),
        ("ещё", ["еще"]),
        ("ЁлкаЗелёная", ["елка", "зеленая"]),
        ("naïveCafé", ["naive", "cafe"]),
        ("Straße", ["strasse"]),
        ("日本語", ["日本語"]),
        ("get日本", ["get", "日本"]),
    ],
)
def test_other_scripts_are_split_too(word: str, parts: list[str]) -> None:
    """Cyrillic has camel case as well, accents do not matter, and scripts without case stay whole."""
    assert list(parts_of(word)) == parts


@pytest.mark.parametrize("word", ["fileName", "file_name", "filename", "FileName", "FILE_NAME", "_file_name"])
def test_the_whole_is_the_same_however_it_is_joined(word: str) -> None:
    """An identifier in one piece has neither case nor underscores."""
    assert whole_of(word) == "filename"


@given(st.from_regex(r"\A\w{1,40}\Z"))
def test_no_part_has_capitals_or_underscores(word: str) -> None:
    """Parts are in lower case and free of underscores, whatever the word."""
    for part in parts_of(word):
        assert part
        assert part == part.lower()
        assert "_" not in part


@given(st.from_regex(r"\A[A-Za-z0-9_]{1,40}\Z"))
def test_no_letter_or_digit_is_lost(word: str) -> None:
    """The parts of an ASCII word put together are the word in one piece."""
    assert "".join(parts_of(word)) == whole_of(word)


@given(st.from_regex(r"\A[a-z]{2,12}(_[a-z]{2,12}){1,4}\Z"))
def test_snake_and_camel_case_agree(word: str) -> None:
    """The same name in snake case and camel case has the same parts."""
    first, *rest = word.split("_")
    camel = first + "".join(part.capitalize() for part in rest)
    assert list(parts_of(word)) == list(parts_of(camel))
