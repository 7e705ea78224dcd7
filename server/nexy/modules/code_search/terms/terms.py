"""A text as the terms that search compares.

Each word of letters, digits and "_" gives its parts, and where it has several also itself in one piece, so that
"fileName", "file_name" and "filename" meet.
"""

import re
from collections.abc import Sequence

from nexy.modules.code_search.terms.hashing import packed_hash
from nexy.modules.code_search.terms.splitting import parts_of, whole_of
from nexy.modules.code_search.terms.stemming import stem
from nexy.modules.code_search.terms.stop_words import stop_words

_WORD = re.compile(r"\w+")
# Longer ones are sentences joined by "_", or data written as text, which nobody asks for.
_LONGEST_WORD = 64
_SHORTEST_TERM = 2
_MOST_KEPT = 100_000


def terms_of(text: str) -> Sequence[str]:
    """The terms in order, each as often as it stands there; words that tell nothing are left out."""
    return [term for word in _WORD.findall(text) for term in _terms_of_word(word)]


def posted(text: str) -> bytes:
    """The hashes of `terms_of(text)`, eight bytes each, the lowest first."""
    return b"".join(map(_kept.__getitem__, _WORD.findall(text)))


def _terms_of_word(word: str) -> Sequence[str]:
    if len(word) > _LONGEST_WORD:
        return [term for piece in word.split("_") if len(piece) < len(word) for term in _terms_of_word(piece)]
    parts = parts_of(word)
    terms = [stem(part) for part in parts if _tells(part)]
    if len(parts) > 1 and _tells(whole := whole_of(word)):
        return [stem(whole), *terms]
    return terms


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST_TERM and word not in stop_words()


class _Kept(dict[str, bytes]):
    """Packed hashes by word: a text repeats its words, and a code base its vocabulary."""

    def __missing__(self, word: str) -> bytes:
        if len(self) >= _MOST_KEPT:
            self.clear()
        packed = b"".join(map(packed_hash, _terms_of_word(word)))
        self[word] = packed
        return packed


_kept = _Kept()
