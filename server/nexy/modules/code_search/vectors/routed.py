"""A model of a provider, asked through the router."""

from collections.abc import Sequence

from nexy.contracts.capabilities import WORDS
from nexy.contracts.errors import NexyError
from nexy.contracts.module import Peers
from nexy.contracts.routing import EmbedTexts, ForeseeVectors
from nexy.contracts.usage import Expected
from nexy.modules.code_search.vectors.embedder import Embedded
from nexy.modules.code_search.vectors.unit_rows import unit_rows
from nexy.utils.encodable import encodable


class RoutedEmbedder:
    """Asks for all of one call's texts at once; what that cost is in `calls`."""

    def __init__(self, provider: str, name: str, peers: Peers) -> None:
        self._provider = provider
        self._name = name
        self._asked = f"{provider}/{name}"
        self._peers = peers

    @property
    def model(self) -> str:
        """As it is configured."""
        return f"{self._provider}:{self._name}"

    async def foresee(self, texts: Sequence[str]) -> Expected:
        """What their vectors may cost; nothing where nobody can be asked for them."""
        wanted = ForeseeVectors(texts=tuple(map(encodable, texts)), model=self._asked)
        try:
            return await self._peers.get(WORDS).process(wanted)
        except NexyError:
            return Expected()

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        """See `Embedder.embed`; raises `Unavailable` while there is no router."""
        if not texts:
            return Embedded(vectors=unit_rows((), 0))
        wanted = EmbedTexts(texts=tuple(map(encodable, texts)), model=self._asked)
        given = await self._peers.get(WORDS).process(wanted)
        return Embedded(vectors=unit_rows(given.vectors, len(texts)), calls=(given.usage,))

    async def close(self) -> None:
        """The router is not ours."""
