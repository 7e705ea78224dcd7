"""Where Claude's requests go, and what refusals mean."""

import msgspec
import pytest

from nexy.config.ai_router_section import ClaudeConfig, WordsConfig
from nexy.contracts.completions import Message, Question, Role
from nexy.contracts.errors import ConfigurationInvalid, NexyError
from nexy.modules.ai_router.anthropic.dialect import ClaudeDialect

QUESTION = Question(messages=(Message(role=Role.USER, text="Hello?"),))


def dialect(*, private: bool = True, **claude: str) -> ClaudeDialect:
    return ClaudeDialect(WordsConfig(claude=ClaudeConfig(**claude), allow_private_addresses=private))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("", "https://api.anthropic.com/v1/messages"),
        ("https://gateway.example/anthropic/", "https://gateway.example/anthropic/v1/messages"),
        ("https://gateway.example/v1", "https://gateway.example/v1/messages"),
    ],
)
def test_the_address(base: str, url: str) -> None:
    """The vendor's own unless another one is set, with or without the version."""
    assert dialect(base_url=base).outgoing(QUESTION, "m").url == url


def test_the_headers() -> None:
    """Claude API overview, "Headers": x-api-key and anthropic-version."""
    headers = dialect(api_key=" sk-ant-1 ").outgoing(QUESTION, "m").headers
    assert (headers["x-api-key"], headers["anthropic-version"]) == ("sk-ant-1", "2023-06-01")
    assert "x-api-key" not in dialect().outgoing(QUESTION, "m").headers


def test_the_key_is_not_in_what_may_be_logged() -> None:
    """A request may be printed."""
    assert "sk-ant-1" not in repr(dialect(api_key="sk-ant-1").outgoing(QUESTION, "m"))


def test_an_empty_model_is_the_configured_one() -> None:
    """Whoever does not care leaves it empty."""
    claude = dialect(model="claude-opus-4-6")
    assert msgspec.json.decode(claude.outgoing(QUESTION, "").body)["model"] == claude.model == "claude-opus-4-6"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ai_router.claude.base_url", {"base_url": "ftp://x"}),
        ("ai_router.claude.base_url", {"base_url": "https://user:secret@x"}),
        ("ai_router.claude.base_url", {"base_url": "http://169.254.169.254"}),
        ("ai_router.claude.api_key", {"api_key": "ключ"}),
    ],
)
def test_values_that_cannot_be_used_are_named(field: str, values: dict[str, str]) -> None:
    """The key's path and its variable, never the value."""
    with pytest.raises(ConfigurationInvalid) as caught:
        dialect(private=False, **values)
    assert caught.value.field == field
    assert "ANTHROPIC_" in caught.value.message
    assert "secret" not in caught.value.message


def judged(status: int, body: bytes) -> NexyError | None:
    judge = dialect().outgoing(QUESTION, "m").judge
    assert judge is not None
    return judge(status, body)


def error(kind: str, message: str = "no") -> bytes:
    return msgspec.json.encode({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (500, error("overloaded_error"), "provider_529"),
        (400, error("invalid_request_error", "Your credit balance is too low to access the API."), "provider_402"),
        (400, error("authentication_error"), "provider_auth"),
    ],
)
def test_the_type_says_more_than_the_status(status: int, body: bytes, code: str) -> None:
    """An overload behind a 500, and an account without money behind a 400."""
    failure = judged(status, body)
    assert failure is not None
    assert failure.code == code


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("invalid_request_error")),
        (429, error("rate_limit_error")),
        (500, error("a_later_error")),
        (500, b'{"type": "error", "error": null}'),
        (502, b"<html>Bad gateway"),
        (500, b"[" * 9000),
        (500, b""),
    ],
)
def test_otherwise_the_status_says_it_all(status: int, body: bytes) -> None:
    """Known pairs, unknown types and bodies that are none of the wire are judged by their status."""
    assert judged(status, body) is None
