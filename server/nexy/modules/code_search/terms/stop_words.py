"""The words that tell nothing; both texts and questions go without them."""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("stop_words.txt")


@cache
def stop_words() -> frozenset[str]:
    """In lower case, ё as е."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word.replace("ё", "е") for line in lines if not line.startswith("#") for word in line.split())
