"""Anthropic's wire with the address, key and limits of one configuration."""

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Question
from nexy.contracts.errors import NexyError
from nexy.modules.ai_router.anthropic.body import request_body
from nexy.modules.ai_router.anthropic.errors import failure_beyond_status
from nexy.modules.ai_router.anthropic.reader import MessageReader
from nexy.modules.ai_router.anthropic.wire import decode_event
from nexy.modules.ai_router.exchange.address import Named, checked_base, checked_key
from nexy.modules.ai_router.exchange.dialect import Outgoing

_ANTHROPIC = "https://api.anthropic.com"
_VERSION = "2023-06-01"
_BASE = Named(path="ai_router.claude.base_url", variable="ANTHROPIC_BASE_URL")
_KEY = Named(path="ai_router.claude.api_key", variable="ANTHROPIC_API_KEY")


class ClaudeDialect:
    """The Messages API; raises `ConfigurationInvalid` with the path of a value that cannot be used.

    The base address is what the vendor's own clients take: without /v1.
    """

    name = "claude"

    def __init__(self, config: WordsConfig) -> None:
        claude = config.claude
        base = checked_base(claude.base_url, _ANTHROPIC, _BASE, allow_private=config.allow_private_addresses)
        key = checked_key(claude.api_key, _KEY)
        self.model = claude.model
        self._limits = config
        self._url = base.removesuffix("/v1") + "/v1/messages"
        self._headers = {
            "Accept": "text/event-stream",
            "anthropic-version": _VERSION,
            **({"x-api-key": key} if key else {}),
        }

    def outgoing(self, question: Question, model: str) -> Outgoing:
        """The request for a streamed answer."""
        body = request_body(question, model or self.model, self._limits.claude.max_tokens)
        return Outgoing(url=self._url, headers=self._headers, body=body, judge=_judge)

    def reader(self, model: str) -> MessageReader:
        """A reader for one answer of this model."""
        return MessageReader(provider=self.name, model=model or self.model, limits=self._limits)


def _judge(status: int, body: bytes) -> NexyError | None:
    try:
        return failure_beyond_status(status, decode_event(body).error)
    except (ValueError, RecursionError):
        return None
