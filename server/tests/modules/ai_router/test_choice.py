"""Which providers the configuration chooses."""

import pytest

from nexy.config.sections import OpenAiConfig, WordsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.ai_router.choice import choose_providers
from nexy.utils.clock import SystemClock


def chosen(provider: str, **openai: str) -> list[str]:
    config = WordsConfig(provider=provider, openai=OpenAiConfig(**openai))
    return [one.name for one in choose_providers(config, SystemClock())]


def test_a_fresh_machine_has_the_offline_brain() -> None:
    """Without key or address the brain answers alone."""
    assert chosen("auto") == ["offline"]
    assert chosen("auto", api_key="  ", base_url=" ") == ["offline"]


@pytest.mark.parametrize("openai", [{"api_key": "k"}, {"base_url": "http://127.0.0.1:1/v1"}])
def test_auto_asks_what_is_configured_and_then_the_brain(openai: dict[str, str]) -> None:
    """A key or an address is enough; the brain closes the chain."""
    assert chosen("auto", **openai) == ["openai", "offline"]


def test_a_named_provider_stands_alone() -> None:
    """Who names a provider wants to know when it fails."""
    assert chosen("openai", api_key="k") == ["openai"]
    assert chosen("offline", api_key="k") == ["offline"]


def test_openai_without_key_and_address_is_a_mistake() -> None:
    """The error names both ways out."""
    with pytest.raises(ConfigurationInvalid) as caught:
        chosen("openai")
    assert caught.value.field == "ai_router.openai.api_key"
    assert "OPENAI_API_KEY" in caught.value.message
    assert "OPENAI_BASE_URL" in caught.value.message


@pytest.mark.parametrize("name", ["gemini", "claude", "ollama"])
def test_providers_to_come_say_so(name: str) -> None:
    """A provider that is not built yet ends the start with the key, and Ollama's present way is named."""
    with pytest.raises(ConfigurationInvalid) as caught:
        chosen(name)
    assert caught.value.field == "ai_router.provider"
    for part in (name, "LLM_PROVIDER", "AI router", "OPENAI_BASE_URL=http://127.0.0.1:11434/v1"):
        assert part in caught.value.message


def test_a_bad_address_ends_the_start() -> None:
    """An unusable address is found before the first turn."""
    with pytest.raises(ConfigurationInvalid) as caught:
        chosen("auto", base_url="nonsense")
    assert caught.value.field == "ai_router.openai.base_url"
