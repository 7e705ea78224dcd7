"""Which characters a voice can say."""

import re
import unicodedata

_ODD = re.compile(r"[^\w\s.,!?…:;()«»\"'„“”‘’%+=@/&$€£<>—–-]|_")
# Symbols that stand for a word.
_SAID = frozenset("°№×÷±−≈≠≤≥₽₪₴¢¥§√∞")
_DECORATION = frozenset("*~|\\[]{}•‣◦·†‡¶‖⁎")
_JOINS = frozenset("_\\|~•·")


def drop_symbols(text: str) -> str:
    """Text without emoji, decoration, control and zero-width characters, and lone surrogates."""
    return _ODD.sub(_said_instead, text)


def _said_instead(match: "re.Match[str]") -> str:
    char = match[0]
    if char in _SAID:
        return char
    if char == "#":
        # "C#" and "F#" are names; "#5" and "#topic" are decoration.
        before = match.string[match.start() - 1 : match.start()]
        return char if before.isalpha() else ""
    if char in _JOINS:
        return " "
    if char in _DECORATION:
        return ""
    return _by_category(char)


def _by_category(char: str) -> str:
    category = unicodedata.category(char)
    if category == "So":
        return " "
    # Variation selectors and the keycap frame are marks, but only of emoji.
    if (category[0] in "CS" and category != "Sc") or category == "Me" or "\ufe00" <= char <= "\ufe0f":
        return ""
    return char
