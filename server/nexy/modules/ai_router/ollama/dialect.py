"""A local Ollama: chat and vectors, by its base address."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Question
from nexy.contracts.routing import Embeddings
from nexy.modules.ai_router.exchange.address import Named, checked_base
from nexy.modules.ai_router.exchange.dialect import Outgoing
from nexy.modules.ai_router.exchange.failures import garbage
from nexy.modules.ai_router.ollama.reader import OllamaReader
from nexy.modules.ai_router.ollama.request import request_body
from nexy.modules.ai_router.ollama.wire import decode_embedded
from nexy.utils.encodable import encodable

NAME = "ollama"
_OLLAMA = "http://127.0.0.1:11434"
_BASE = Named(path="ai_router.ollama.base_url", variable="OLLAMA_URL")
_MODEL_NAME = re.compile(r"[\w.:/\-]{1,100}", re.ASCII)


def _base(limits: WordsConfig) -> str:
    """Ollama is meant to be near, so a private address is always allowed."""
    return checked_base(limits.ollama.base_url, _OLLAMA, _BASE, allow_private=True)


def _remedies(model: str) -> Mapping[int, str]:
    """What helps where a model is missing; a name that is none is not repeated."""
    return {404: f"`ollama pull {model}` brings it."} if _MODEL_NAME.fullmatch(model) else {}


class OllamaDialect:
    """POST /api/chat; raises `ConfigurationInvalid` for an address that cannot be used."""

    name = NAME

    def __init__(self, limits: WordsConfig) -> None:
        self._limits = limits
        self._url = _base(limits) + "/api/chat"

    @property
    def model(self) -> str:
        """The configured model."""
        return self._limits.ollama.model

    def outgoing(self, question: Question, model: str) -> Outgoing:
        """The question; it never carries a key."""
        return Outgoing(
            url=self._url,
            headers={"Accept": "application/x-ndjson"},
            body=request_body(question, model, self._limits.ollama),
            remedies=_remedies(model),
        )

    def reader(self, model: str) -> OllamaReader:
        """A reader within the configured bounds."""
        return OllamaReader(provider=NAME, model=model, limits=self._limits)


class OllamaEmbeddings:
    """POST /api/embed; raises `ConfigurationInvalid` for an address that cannot be used."""

    name = NAME

    def __init__(self, limits: WordsConfig) -> None:
        self._config = limits.ollama
        self._url = _base(limits) + "/api/embed"

    @property
    def model(self) -> str:
        """The configured model for vectors."""
        return self._config.embedding_model

    def outgoing(self, texts: Sequence[str], model: str) -> Outgoing:
        """All texts in one request; each is cut to what the model can read."""
        asked = {
            "model": model,
            "input": [encodable(text) for text in texts],
            "keep_alive": self._config.keep_alive_seconds,
        }
        headers = {"Accept": "application/json"}
        return Outgoing(url=self._url, headers=headers, body=msgspec.json.encode(asked), remedies=_remedies(model))

    def read(self, body: bytes, model: str) -> Embeddings:
        """The vectors, in the order of the texts."""
        try:
            told = decode_embedded(body)
        except (ValueError, RecursionError) as broken:
            raise garbage() from broken
        return Embeddings(
            provider=NAME,
            model=told.model or model,
            vectors=told.embeddings,
            input_tokens=max(told.prompt_eval_count or 0, 0),
        )
