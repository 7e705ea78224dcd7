"""What of a piece of code its vector is made of."""

import re

# A model reads about 128 tokens, and what lies beyond never reaches it; the layout of code is up to half of it.
MOST_CHARACTERS = 2400
_USED_CHARACTERS = 1200
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")


def chunk_text(symbol: str, content: str) -> str:
    """The words of the symbol, then the code from its beginning without its layout.

    Models learned words, not identifiers: `Session.closeAll` alone is one strange word to them. The path is left out:
    measured, it takes more than it gives, and so a vector belongs to a content wherever that lies.
    """
    code = _SPACES.sub(" ", content[:MOST_CHARACTERS]).strip()
    heading = plain_words(symbol)
    return (f"{heading}: {code}" if heading else code)[:_USED_CHARACTERS]


def plain_words(name: str) -> str:
    """An identifier or path as words apart, in small letters."""
    return " ".join(_BETWEEN.split(_HUMP.sub(" ", name))).strip().lower()
