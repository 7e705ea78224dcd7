"""Vectors over a real socket, from both wires that give them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from nexy.config.ai_router_section import OllamaConfig, OpenAiConfig, WordsConfig
from nexy.contracts.errors import NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.contracts.routing import Embeddings
from nexy.modules.ai_router.exchange.dialect import EmbeddingDialect
from nexy.modules.ai_router.exchange.http_embedder import HttpEmbedder
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.ollama.dialect import OllamaEmbeddings
from nexy.modules.ai_router.openai.embeddings import OpenAiEmbeddings
from nexy.utils.clock import SystemClock
from support.fake_ollama import FakeOllama
from support.fake_openai import FakeOpenAi
from support.fake_script import Fault, Script
from support.fake_server import FakeServer
from support.fake_vectors import vector_of
from support.openai_turns import QUICK

TEXTS = ["one text", "another", "Привет"]
WIRES = pytest.mark.parametrize("wire", ["openai", "ollama"])


def fake_of(wire: str) -> FakeServer:
    return FakeOpenAi() if wire == "openai" else FakeOllama()


@asynccontextmanager
async def embedding(wire: str, fake: FakeServer, limits: WordsConfig = QUICK) -> AsyncIterator[HttpEmbedder]:
    config = replace(
        limits,
        openai=OpenAiConfig(base_url=fake.base_url, api_key="key-0123456789"),
        ollama=OllamaConfig(base_url=fake.base_url),
    )
    pool = ConnectionPool(config)
    dialect: EmbeddingDialect = OpenAiEmbeddings(config) if wire == "openai" else OllamaEmbeddings(config)
    try:
        yield HttpEmbedder(dialect, config, SystemClock(), pool)
    finally:
        await pool.close()


async def failure(wire: str, script: Script, limits: WordsConfig = QUICK) -> NexyError:
    async with fake_of(wire) as fake:
        fake.play(script)
        async with embedding(wire, fake, limits) as embedder:
            with pytest.raises(NexyError) as caught:
                await embedder.embed(TEXTS, "")
    return caught.value


@WIRES
async def test_every_text_gets_its_vector(wire: str) -> None:
    """In the order of the texts, with the tokens that were read, and the request's name where the server gives one
    (OpenAI API reference, "Debugging requests": the header x-request-id).
    """
    async with fake_of(wire) as fake, embedding(wire, fake) as embedder:
        found = await embedder.embed(TEXTS, "")
        asked = fake.requests[-1].json
    assert found == Embeddings(
        provider=wire, model=embedder.model, vectors=[vector_of(text) for text in TEXTS], input_tokens=4,
        request_id="req_1" if wire == "openai" else "",
    )  # fmt: skip
    assert (asked["input"], asked["model"]) == (TEXTS, embedder.model)


@WIRES
async def test_another_model_may_be_asked_for(wire: str) -> None:
    """The caller's model goes out instead of the configured one."""
    async with fake_of(wire) as fake, embedding(wire, fake) as embedder:
        assert (await embedder.embed(["x"], "mine")).model == "mine"
        assert fake.requests[-1].json["model"] == "mine"


@WIRES
async def test_no_texts_are_no_question(wire: str) -> None:
    """Nothing goes out for nothing."""
    async with fake_of(wire) as fake, embedding(wire, fake) as embedder:
        assert (await embedder.embed([], "")).vectors == ()
        assert not fake.requests


@WIRES
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault.UNAUTHORIZED, Unavailable, "provider_auth"),
        (Fault.SERVER_ERROR, Unavailable, "provider_500"),
        (Fault.RATE_LIMITED, Unavailable, "provider_429"),
        (Fault.BAD_REQUEST, ValidationFailed, "provider_refused"),
        (Fault.HTML, Unavailable, "provider_garbage"),
        (Fault.DROP, Unavailable, "provider_unreachable"),
    ],
)
async def test_failures_are_those_of_every_provider(wire: str, fault: Fault, kind: type[NexyError], code: str) -> None:
    """Statuses, pages and lost connections have the codes that words have."""
    error = await failure(wire, Script(fault=fault))
    assert (type(error), error.code) == (kind, code)


@WIRES
async def test_time_is_bounded_as_a_whole(wire: str) -> None:
    """A server that never answers is given up."""
    error = await failure(
        wire, Script(fault=Fault.HANG_BEFORE_HEADERS), replace(QUICK, whole_answer_timeout_seconds=0.05)
    )
    assert error.code == "provider_whole_answer_timeout"


async def test_a_missing_model_of_ollama_names_the_remedy() -> None:
    """The operator reads what brings it."""
    error = await failure("ollama", Script(fault=Fault.NOT_FOUND))
    assert error.field == "model"
    assert "`ollama pull nomic-embed-text`" in error.message


@WIRES
async def test_a_size_without_bounds_is_refused(wire: str) -> None:
    """So many bytes for so many texts, and not more."""
    limits = replace(QUICK, max_answer_bytes=100, max_vector_bytes=0)
    async with fake_of(wire) as fake, embedding(wire, fake, limits) as embedder:
        with pytest.raises(TooLarge):
            await embedder.embed(TEXTS, "")


class Short:
    """A wire that gives whatever it is told to."""

    name = "short"
    model = "m"

    def __init__(self, dialect: EmbeddingDialect, vectors: list[list[float]]) -> None:
        self.outgoing = dialect.outgoing
        self._vectors = vectors

    def read(self, body: bytes, model: str) -> Embeddings:
        return Embeddings(provider="short", model=model, vectors=self._vectors, input_tokens=0)


@pytest.mark.parametrize("vectors", [[], [[1.0]], [[1.0], [1.0], [1.0, 2.0]]])
async def test_vectors_of_another_number_or_length_are_garbage(vectors: list[list[float]]) -> None:
    """Three texts have three vectors of one length."""
    async with FakeOpenAi() as fake:
        config = replace(QUICK, openai=OpenAiConfig(base_url=fake.base_url))
        pool = ConnectionPool(config)
        embedder = HttpEmbedder(Short(OpenAiEmbeddings(config), vectors), config, SystemClock(), pool)
        with pytest.raises(Unavailable) as caught:
            await embedder.embed(TEXTS, "")
        await pool.close()
    assert caught.value.code == "provider_garbage"
