"""Where requests go and with which key, checked before the first one."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from nexy.config.sections import OpenAiConfig
from nexy.contracts.errors import ConfigurationInvalid

_OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The full address of chat completions, and the key, empty for servers that want none."""

    url: str
    api_key: str = field(repr=False)


def openai_endpoint(config: OpenAiConfig) -> Endpoint:
    """The endpoint that the configuration names; raises `ConfigurationInvalid` with the key's path."""
    base = config.base_url.strip() or _OPENAI
    problem = _problem_of(base)
    if problem:
        raise ConfigurationInvalid(
            f"ai_router.openai.base_url (OPENAI_BASE_URL) {problem}", field="ai_router.openai.base_url"
        )
    key = config.api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationInvalid(
            "ai_router.openai.api_key (OPENAI_API_KEY) holds characters that no key has",
            field="ai_router.openai.api_key",
        )
    return Endpoint(url=base.rstrip("/") + "/chat/completions", api_key=key)


def _problem_of(base: str) -> str:
    try:
        parts = urlsplit(base)
        hostname, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https"):
        return "must begin with http:// or https://"
    if not hostname or any(char.isspace() for char in base):
        return "names no host"
    return _surplus_of(parts)


def _surplus_of(parts: SplitResult) -> str:
    if parts.username is not None or parts.password is not None:
        return "must not carry a password; the key belongs into OPENAI_API_KEY"
    if parts.query or parts.fragment:
        return "must not have a query or a fragment"
    return ""
