"""The configured address and key."""

import pytest

from nexy.config.sections import OpenAiConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.ai_router.openai.address import openai_endpoint


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("", "https://api.openai.com/v1/chat/completions"),
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/chat/completions"),
        (" https://llm.example/v1/ ", "https://llm.example/v1/chat/completions"),
        ("HTTP://[::1]:8080", "HTTP://[::1]:8080/chat/completions"),
    ],
)
def test_the_endpoint_of_an_address(base: str, url: str) -> None:
    """Without an address it is OpenAI's own; a closing slash does not matter."""
    assert openai_endpoint(OpenAiConfig(base_url=base, api_key="k")).url == url


@pytest.mark.parametrize(
    "base",
    [
        "ftp://x",
        "llm.example/v1",
        "http://",
        "http:///v1",
        "http://x:99999",
        "http://[::1",
        "http://a b",
        "https://key@llm.example/v1",
        "https://llm.example/v1?key=1",
        "https://llm.example/v1#x",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_cannot_be_used_names_its_key(base: str) -> None:
    """The error names the key's path and variable, and never repeats the value, which may hold a password."""
    with pytest.raises(ConfigurationInvalid) as caught:
        openai_endpoint(OpenAiConfig(base_url=base))
    assert caught.value.field == "ai_router.openai.base_url"
    assert "OPENAI_BASE_URL" in caught.value.message
    assert base not in caught.value.message


@pytest.mark.parametrize("key", ["a b", "a\r\nX-Evil: 1", "ключ", "a\x00"])
def test_a_key_that_would_break_a_header_is_refused(key: str) -> None:
    """A key with line breaks, spaces or letters beyond ASCII is a mistake of copying; it is not shown."""
    with pytest.raises(ConfigurationInvalid) as caught:
        openai_endpoint(OpenAiConfig(api_key=key))
    assert caught.value.field == "ai_router.openai.api_key"
    assert key not in caught.value.message


def test_space_around_a_key_is_dropped() -> None:
    """A newline at the end of a copied key does no harm, and the key is not shown in a repr."""
    endpoint = openai_endpoint(OpenAiConfig(api_key=" sk-1\n"))
    assert endpoint.api_key == "sk-1"
    assert "sk-1" not in repr(endpoint)
