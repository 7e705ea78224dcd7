"""Vectors from any server that speaks OpenAI embeddings."""

from collections.abc import Sequence

import msgspec

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.routing import Embeddings
from nexy.modules.ai_router.exchange.dialect import Outgoing
from nexy.modules.ai_router.exchange.failures import garbage
from nexy.modules.ai_router.openai.dialect import NAME, openai_base, openai_headers
from nexy.modules.ai_router.openai.wire import Vectors, decode_vectors
from nexy.utils.encodable import encodable


class OpenAiEmbeddings:
    """POST /v1/embeddings; raises `ConfigurationInvalid` for an address or a key that cannot be used."""

    name = NAME

    def __init__(self, limits: WordsConfig) -> None:
        self._model = limits.openai.embedding_model
        self._url = openai_base(limits) + "/embeddings"
        self._headers = {"Accept": "application/json", **openai_headers(limits.openai)}

    @property
    def model(self) -> str:
        """The configured model for vectors."""
        return self._model

    def outgoing(self, texts: Sequence[str], model: str) -> Outgoing:
        """All texts in one request, the vectors as numbers."""
        asked = {"model": model, "input": [encodable(text) for text in texts], "encoding_format": "float"}
        return Outgoing(url=self._url, headers=self._headers, body=msgspec.json.encode(asked))

    def read(self, body: bytes, model: str) -> Embeddings:
        """The vectors in the order of the texts."""
        try:
            told = decode_vectors(body)
        except (ValueError, RecursionError) as broken:
            raise garbage() from broken
        return Embeddings(
            provider=NAME,
            model=told.model or model,
            vectors=_in_order(told),
            input_tokens=max((told.usage.prompt_tokens or 0) if told.usage else 0, 0),
        )


def _in_order(told: Vectors) -> Sequence[Sequence[float]]:
    placed = sorted(enumerate(told.data), key=lambda one: one[0] if one[1].index is None else one[1].index)
    return [vector.embedding for _, vector in placed]
