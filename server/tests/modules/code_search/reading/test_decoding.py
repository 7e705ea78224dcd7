"""Bytes of any origin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.reading.decoding import decoded

RUSSIAN = "# Проверка входа пользователя\ndef войти():\n    вернуть = 1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251"])
def test_russian_in_every_usual_encoding(encoding: str) -> None:
    """The same text comes out, and never a mark of the byte order."""
    found = decoded(RUSSIAN.encode(encoding))
    assert found is not None
    assert found[0] == RUSSIAN


def test_western_accents() -> None:
    """Single high bytes among letters are the western code page."""
    assert decoded("naïve café – Müller".encode("cp1252")) == ("naïve café – Müller", "cp1252")


def test_line_ends_become_one_kind_and_keep_their_number() -> None:
    """Windows' and old Macs' as well; page breaks and separators of lines stay signs in a line."""
    assert decoded(b"a\r\nb\rc\nd\x0ce") == ("a\nb\nc\nd\x0ce", "utf-8")


@pytest.mark.parametrize(
    "data", [b"a\x00b", bytes(range(1, 32)) * 8, "a\x00b".encode("utf-16"), b"\x7fELF" + b"\x00" * 9]
)
def test_no_text(data: bytes) -> None:
    """NUL anywhere, or many signs that no text has."""
    assert decoded(data) is None


def test_a_file_that_ends_within_a_sign_is_still_utf_8() -> None:
    """Half a letter at the end costs that letter alone."""
    found = decoded("привет".encode()[:-1])
    assert found == ("приве\ufffd", "utf-8")


@given(st.binary(max_size=300))
def test_whatever_comes(data: bytes) -> None:
    """No failure, and what is text can be stored: no NUL, no lone surrogate, no carriage return."""
    found = decoded(data)
    if found is not None:
        found[0].encode("utf-8")
        assert "\x00" not in found[0]
        assert "\r" not in found[0]


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_is_itself(text: str) -> None:
    """Every text without control signs survives."""
    found = decoded(text.encode())
    assert found is not None
    assert found[0] == text.removeprefix("\ufeff")
