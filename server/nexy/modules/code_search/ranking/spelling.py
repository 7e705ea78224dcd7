"""Stems as words again: an index knows its words by hash alone, and a stem is nothing to show to a person."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from nexy.modules.code_search.terms.stemming import stem

_HERE = Path(__file__).parent
_WORD = re.compile(r"[a-z][a-z0-9]+")


def spelt(term: str) -> str:
    """The shortest word of the word lists with this stem; a stem of none of them as it is."""
    return _words().get(term, term)


@cache
def _words() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(_HERE.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        words = {word for line in lines if not line.startswith("#") for word in _WORD.findall(line)}
        for word in sorted(words, key=lambda word: (len(word), word)):
            found.setdefault(stem(word), word)
    return found
