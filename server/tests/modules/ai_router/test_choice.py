"""Which providers the configuration chooses."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from nexy.config.ai_router_section import ClaudeConfig, GeminiConfig, OllamaConfig, OpenAiConfig, WordsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.ai_router.choice import Sources, choose_sources, configured
from nexy.utils.clock import SystemClock

EVERYTHING = WordsConfig(
    openai=OpenAiConfig(api_key="k", model="gpt"),
    claude=ClaudeConfig(api_key="k", model="sonnet"),
    gemini=GeminiConfig(api_key="k", model="flash"),
    ollama=OllamaConfig(base_url="http://127.0.0.1:1", model="llama"),
)


def chosen(config: WordsConfig) -> Sources:
    return choose_sources(config, SystemClock())


@pytest_asyncio.fixture
async def everything() -> AsyncIterator[Sources]:
    sources = chosen(EVERYTHING)
    yield sources
    await sources.close()


def test_a_fresh_machine_has_the_offline_brain() -> None:
    """Without key or address the brain answers alone, and costs nothing."""
    for openai in (OpenAiConfig(), OpenAiConfig(api_key="  ", base_url=" ")):
        sources = chosen(WordsConfig(openai=openai))
        assert list(sources.providers) == ["offline"]
        assert sources.providers["offline"].free
        assert not sources.embedders


async def test_whatever_has_its_key_or_address_is_there(everything: Sources) -> None:
    """Every provider with its configured model, by the name that rules give it."""
    models = {name: provider.model for name, provider in everything.providers.items()}
    assert models == {"claude": "sonnet", "openai": "gpt", "gemini": "flash", "ollama": "llama", "offline": "offline"}
    assert all(provider.name == name for name, provider in everything.providers.items())


async def test_vectors_come_from_the_local_server_first(everything: Sources) -> None:
    """Those of a whole project cost money elsewhere."""
    assert list(everything.embedders) == ["ollama", "openai"]


@pytest.mark.parametrize("openai", [{"api_key": "k"}, {"base_url": "http://127.0.0.1:1/v1"}])
def test_openai_needs_a_key_or_an_address(openai: dict[str, str]) -> None:
    """A server of one's own may want no key."""
    assert configured(WordsConfig(openai=OpenAiConfig(**openai))) == ["openai"]


def test_a_server_of_ones_own_takes_any_model() -> None:
    """Its models have names that tell nothing; those of OpenAI itself tell."""
    near = OpenAiConfig(base_url="http://127.0.0.1:1/v1")
    assert chosen(replace(EVERYTHING, openai=near, allow_private_addresses=True)).takes_any_model == "openai"
    assert chosen(EVERYTHING).takes_any_model == "ollama"
    assert chosen(WordsConfig(openai=OpenAiConfig(api_key="k"))).takes_any_model == ""


@pytest.mark.parametrize(
    ("name", "path", "variables"),
    [
        ("openai", "ai_router.openai.api_key", ("OPENAI_API_KEY", "OPENAI_BASE_URL")),
        ("claude", "ai_router.claude.api_key", ("ANTHROPIC_API_KEY",)),
        ("gemini", "ai_router.gemini.api_key", ("GEMINI_API_KEY",)),
        ("ollama", "ai_router.ollama.base_url", ("OLLAMA_URL",)),
    ],
)
def test_a_named_provider_without_what_it_needs_ends_the_start(
    name: str, path: str, variables: tuple[str, ...]
) -> None:
    """The error names LLM_PROVIDER and what to set."""
    with pytest.raises(ConfigurationInvalid) as caught:
        chosen(WordsConfig(provider=name))
    assert caught.value.field == path
    for part in (path, name, "LLM_PROVIDER", *variables):
        assert part in caught.value.message


def test_a_bad_address_ends_the_start() -> None:
    """An unusable address is found before the first turn."""
    with pytest.raises(ConfigurationInvalid) as caught:
        chosen(WordsConfig(openai=OpenAiConfig(base_url="nonsense")))
    assert caught.value.field == "ai_router.openai.base_url"


async def test_closing_reaches_every_provider() -> None:
    """The sources own what they hold, and may be closed twice."""
    sources = chosen(EVERYTHING)
    await sources.close()
    await sources.close()
