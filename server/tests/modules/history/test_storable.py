"""Text that PostgreSQL takes, whatever came in."""

import pytest

from nexy.modules.history.storable import storable, storable_json


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("hello", "hello"),
        ("a\0b", "a�b"),
        ("привет\0", "привет�"),
        ("lone \ud800 surrogate", "lone � surrogate"),
        ("smile \U0001f600", "smile \U0001f600"),
        ("", ""),
    ],
)
def test_only_what_cannot_be_stored_is_replaced(given: str, kept: str) -> None:
    """NUL and lone surrogates become U+FFFD; everything else stays."""
    assert storable(given) == kept


def test_a_text_that_is_too_long_ends_with_an_ellipsis() -> None:
    """A pasted book never makes a record that the outbox refuses."""
    assert storable("x" * 11, 10) == "x" * 9 + "…"
    assert storable("x" * 10, 10) == "x" * 10


def test_every_string_of_an_object_is_cleaned() -> None:
    """Keys, lists and nested objects too; numbers stay."""
    cleaned = storable_json({"a\0": ["b\0", {"c": "d\0"}, 1, None, 1.5, True]})
    assert cleaned == {"a�": ["b�", {"c": "d�"}, 1, None, 1.5, True]}
