"""Vectors of texts from a provider behind HTTP, whatever its wire."""

from collections.abc import Sequence
from dataclasses import replace

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import TooLarge
from nexy.contracts.routing import Embeddings
from nexy.modules.ai_router.exchange.dialect import EmbeddingDialect
from nexy.modules.ai_router.exchange.failures import garbage
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.exchange.post import Post


class HttpEmbedder:
    """Asks for all vectors of one call at once; callers cut long lists."""

    def __init__(self, dialect: EmbeddingDialect, limits: WordsConfig, clock: Clock, pool: ConnectionPool) -> None:
        self._dialect = dialect
        self._limits = limits
        self._clock = clock
        self._pool = pool

    @property
    def name(self) -> str:
        """The provider's name."""
        return self._dialect.name

    @property
    def model(self) -> str:
        """The configured model for vectors."""
        return self._dialect.model

    async def embed(self, texts: Sequence[str], model: str) -> Embeddings:
        """One vector per text; raises `Unavailable` for anything else, `ValidationFailed` where texts are refused."""
        model = model or self.model
        if not texts:
            return Embeddings(provider=self.name, model=model, vectors=(), input_tokens=0)
        async with Post(self.name, self._limits, self._clock, self._pool, streamed=False) as post:
            await post.open(self._dialect.outgoing(texts, model), texts)
            request_id = post.request_id
            # The longest vectors in use have some four thousand numbers of about twenty characters.
            body = await self._whole(post, self._limits.max_answer_bytes + len(texts) * self._limits.max_vector_bytes)
        found = self._dialect.read(body, model)
        if len(found.vectors) != len(texts) or len({len(vector) for vector in found.vectors}) != 1:
            raise garbage()
        return replace(found, request_id=found.request_id or request_id)

    async def _whole(self, post: Post, most: int) -> bytes:
        body = bytearray()
        while chunk := await post.read():
            body += chunk
            if len(body) > most:
                raise TooLarge("The embedding server's answer is too long.", code="provider_answer_too_large")
        return bytes(body)
