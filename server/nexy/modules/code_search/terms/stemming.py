"""Words without their endings, English and Russian, by Snowball."""

from functools import cache
from typing import Protocol

from nexy.contracts.errors import Unavailable

_CYRILLIC = ("а", "я")
_SHORTEST = 3


class Stemmers(Protocol):
    """What is used of PyStemmer."""

    def stemWord(self, word: str) -> str:  # noqa: N802  the library's name
        """The word's stem."""


class StemmerMissing(Unavailable):
    """Search over code was asked of an installation without its packages."""

    def __init__(self) -> None:
        super().__init__(
            "search over code needs the package PyStemmer: pip install 'nexy-server[code]'", code="code_extra_missing"
        )


def stem(word: str) -> str:
    """The stem of a word in lower case without accents; short words stay as they are."""
    if len(word) < _SHORTEST:
        return word
    low, high = _CYRILLIC
    english, russian = _stemmers()
    return (russian if low <= word[0] <= high else english).stemWord(word)


@cache
def _stemmers() -> tuple[Stemmers, Stemmers]:
    try:
        import Stemmer
    except ImportError as missing:
        raise StemmerMissing from missing
    return Stemmer.Stemmer("english"), Stemmer.Stemmer("russian")
