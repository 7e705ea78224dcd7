"""Which characters a voice can say."""

import pytest

from nexy.modules.text_filtering.symbols import drop_symbols


@pytest.mark.parametrize("text", ["Привет, мир!", "5 °C", "№7", "3 × 4 ÷ 2 ≈ 6", "€5 ₪7 ₽9", "a@b.c", "שָׁלוֹם", "é"])
def test_said(text: str) -> None:
    """Words, digits, intonation and symbols that stand for words stay as they are."""
    assert drop_symbols(text) == text


@pytest.mark.parametrize(
    "char", ["\u200b", "\ufeff", "\u202e", "\x00", "\x1b", "\ud83d", "\ue000", "\ufe0f", "\u20e3", "*"]
)
def test_dropped_without_a_trace(char: str) -> None:
    """Invisible characters and decoration do not part a word."""
    assert drop_symbols(f"a{char}b") == "ab"


@pytest.mark.parametrize("char", ["😀", "©", "▪", "_", "|", "\\"])
def test_dropped_with_a_space(char: str) -> None:
    """Pictures and joining signs part the words around them."""
    assert drop_symbols(f"a{char}b") == "a b"
