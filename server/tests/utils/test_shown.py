"""What somebody sent is repeated in one short printable line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.utils.shown import shown


@pytest.mark.parametrize(
    ("given_text", "told"),
    [("1-70788", "1-70788"), ("a\nb\x00", "a?b?"), ("é", "é"), ("9" * 64, "9" * 64), ("9" * 65, "9" * 64 + "...")],
)
def test_it_is_short_and_printable(given_text: str, told: str) -> None:
    """Unprintable characters are question marks, what is too long ends in dots."""
    assert shown(given_text) == told


@given(st.text())
def test_nothing_breaks_a_line(text: str) -> None:
    """Whatever comes in."""
    assert shown(text).isprintable()
    assert len(shown(text)) <= 67
