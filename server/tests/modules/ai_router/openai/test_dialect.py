"""The OpenAI wire as it is configured."""

import pytest

from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.routing import OpenAiBody
from nexy.modules.ai_router.openai.dialect import OpenAiDialect, OpenAiPassing
from nexy.modules.ai_router.openai.embeddings import OpenAiEmbeddings
from support.openai_turns import QUESTION


def limits(*, allow_private: bool = True, **openai: str) -> WordsConfig:
    return WordsConfig(openai=OpenAiConfig(**openai), allow_private_addresses=allow_private)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("", "https://api.openai.com/v1/chat/completions"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1/chat/completions"),
    ],
)
def test_any_compatible_server_is_reached_by_its_base(base: str, url: str) -> None:
    """Without an address it is OpenAI's own, for questions and for what is passed on."""
    config = limits(base_url=base)
    assert OpenAiDialect(config).outgoing(QUESTION, "m").url == url
    assert OpenAiPassing(config).outgoing(OpenAiBody(body=b"{}", streamed=True), "m").url == url


@pytest.mark.parametrize("kind", [OpenAiDialect, OpenAiPassing, OpenAiEmbeddings])
@pytest.mark.parametrize(
    ("openai", "field"),
    [({"base_url": "nonsense"}, "ai_router.openai.base_url"), ({"api_key": "a b"}, "ai_router.openai.api_key")],
)
def test_what_cannot_be_used_ends_the_start(kind: type, openai: dict[str, str], field: str) -> None:
    """The error names key and variable before the first question."""
    with pytest.raises(ConfigurationInvalid) as caught:
        kind(limits(**openai))
    assert caught.value.field == field
    assert "OPENAI_" in caught.value.message


def test_private_addresses_are_refused_where_they_are_forbidden() -> None:
    """The switch is named."""
    with pytest.raises(ConfigurationInvalid) as caught:
        OpenAiDialect(limits(base_url="http://127.0.0.1:1/v1", allow_private=False))
    assert "LLM_ALLOW_PRIVATE_ADDRESSES" in caught.value.message


def test_the_key_is_in_no_representation() -> None:
    """Neither the section nor the request shows it."""
    config = limits(api_key="sk-secret")
    assert "sk-secret" not in repr(config) + repr(OpenAiDialect(config).outgoing(QUESTION, "m"))
