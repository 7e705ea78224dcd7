"""An embedder without a model: texts with words in common get vectors that are near each other."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from nexy.modules.code_search.vectors.embedder import Embedded
from nexy.modules.code_search.vectors.unit_rows import unit_rows
from nexy.utils.encodable import encodable

if TYPE_CHECKING:
    from nexy.modules.code_search.vectors.embedder import Rows

SCRIPTED = "scripted"
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\dA-Za-z_]+|\d+")


class ScriptedEmbedder:
    """The same vectors in every run and on every machine; for tests, and to try the way of vectors out."""

    def __init__(self, dimensions: int = 64) -> None:
        self._dimensions = dimensions
        self.texts: list[str] = []
        """What was asked, in order."""

    @property
    def model(self) -> str:
        """Its name with its length."""
        return f"{SCRIPTED}/{self._dimensions}"

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        """Sums of the words' own vectors."""
        self.texts.extend(texts)
        return Embedded(vectors=unit_rows([self._sum(text) for text in texts], len(texts)))

    def _sum(self, text: str) -> "Rows":
        import numpy as np

        total = np.zeros(self._dimensions, dtype=np.float32)
        for word in _WORD.findall(encodable(text)) or [""]:
            total += _word_vector(word.lower(), self._dimensions)
        return total

    async def close(self) -> None:
        """Nothing is held."""


def _word_vector(word: str, dimensions: int) -> "Rows":
    import numpy as np

    seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
    return np.random.default_rng(seed).standard_normal(dimensions).astype(np.float32)
