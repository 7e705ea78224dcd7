"""Ollama as it is configured, and what helps where its model is missing."""

from dataclasses import replace

import msgspec
import pytest

from nexy.config.ai_router_section import OllamaConfig, WordsConfig
from nexy.contracts.errors import ConfigurationInvalid, Unavailable, ValidationFailed
from nexy.modules.ai_router.exchange.http_provider import HttpProvider
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.ollama.dialect import OllamaDialect, OllamaEmbeddings
from nexy.utils.clock import SystemClock
from support.fake_ollama import FakeOllama
from support.fake_script import Fault, Script
from support.openai_turns import QUESTION, QUICK, collect


def limits(base: str) -> WordsConfig:
    return replace(QUICK, ollama=OllamaConfig(base_url=base), allow_private_addresses=False)


@pytest.mark.parametrize("base", ["", "http://127.0.0.1:11434/", "http://192.168.1.5:11434"])
def test_it_may_be_near(base: str) -> None:
    """Its home is this machine or the next one, so private addresses are always allowed."""
    config = limits(base)
    assert OllamaDialect(config).outgoing(QUESTION, "m").url.endswith(":11434/api/chat")
    assert OllamaEmbeddings(config).outgoing(["a"], "m").url.endswith(":11434/api/embed")


@pytest.mark.parametrize("kind", [OllamaDialect, OllamaEmbeddings])
def test_an_address_that_cannot_be_used_ends_the_start(kind: type) -> None:
    """The error names key and variable."""
    with pytest.raises(ConfigurationInvalid) as caught:
        kind(limits("ftp://x"))
    assert caught.value.field == "ai_router.ollama.base_url"
    assert "OLLAMA_URL" in caught.value.message


async def test_a_missing_model_names_the_remedy_and_the_field() -> None:
    """A 404 is the model's, and the sentence says what brings it."""
    async with FakeOllama() as fake:
        fake.play(Script(fault=Fault.NOT_FOUND, model="llama3.2"))
        config = limits(fake.base_url)
        pool = ConnectionPool(config)
        with pytest.raises(ValidationFailed) as caught:
            await collect(HttpProvider(OllamaDialect(config), config, SystemClock(), pool))
        await pool.close()
    assert (caught.value.code, caught.value.field) == ("provider_refused", "model")
    assert caught.value.message.endswith("model 'llama3.2' not found. `ollama pull llama3.2` brings it.")


@pytest.mark.parametrize("model", ["x; rm -rf /", "a\nb", "", "x" * 101])
def test_a_name_that_is_none_is_not_repeated(model: str) -> None:
    """Nothing is offered to a shell that a caller has made up."""
    assert not OllamaDialect(limits("")).outgoing(QUESTION, model).remedies


async def test_an_answer_streams_from_it() -> None:
    """Words, counts and the connection kept for the next turn."""
    async with FakeOllama() as fake:
        config = limits(fake.base_url)
        pool = ConnectionPool(config)
        provider = HttpProvider(OllamaDialect(config), config, SystemClock(), pool)
        for _ in range(2):
            words, [usage] = await collect(provider)
            assert words == Script().answer
            assert (usage.provider, usage.input_tokens, usage.output_tokens) == ("ollama", 11, 7)
        await pool.close()
        assert len(fake.connections) == 1


def test_vectors_are_asked_for_together_and_read_in_order() -> None:
    """POST /api/embed (docs/api.md, "Generate Embeddings")."""
    dialect = OllamaEmbeddings(limits(""))
    assert msgspec.json.decode(dialect.outgoing(["a", "b\ud83d"], "m").body) == {
        "model": "m",
        "input": ["a", "b?"],
        "keep_alive": 300,
    }
    found = dialect.read(b'{"embeddings": [[1, 2], [3, 4]], "prompt_eval_count": 8}', "m")
    assert (found.vectors, found.input_tokens, found.model) == ([[1.0, 2.0], [3.0, 4.0]], 8, "m")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"embeddings": [["a"]]}', b"[" * 9000])
def test_what_is_no_answer_is_garbage(body: bytes) -> None:
    """Neither is a vector made of words."""
    with pytest.raises(Unavailable) as caught:
        OllamaEmbeddings(limits("")).read(body, "m")
    assert caught.value.code == "provider_garbage"
