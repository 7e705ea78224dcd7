"""Google's wire with the address, key and limits of one configuration."""

from urllib.parse import quote

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Question
from nexy.contracts.errors import NexyError
from nexy.modules.ai_router.exchange.address import Named, checked_base, checked_key
from nexy.modules.ai_router.exchange.dialect import Outgoing
from nexy.modules.ai_router.gemini.body import request_body
from nexy.modules.ai_router.gemini.errors import failure_beyond_status
from nexy.modules.ai_router.gemini.reader import GeminiReader
from nexy.modules.ai_router.gemini.wire import decode_event

_GOOGLE = "https://generativelanguage.googleapis.com"
_BASE = Named(path="ai_router.gemini.base_url", variable="GEMINI_BASE_URL")
_KEY = Named(path="ai_router.gemini.api_key", variable="GEMINI_API_KEY")


class GeminiDialect:
    """The streamed generateContent; raises `ConfigurationInvalid` with the path of a value that cannot be used.

    The key goes into a header, never into the address, which others may log. The base address stands without /v1beta.
    """

    name = "gemini"

    def __init__(self, config: WordsConfig) -> None:
        gemini = config.gemini
        base = checked_base(gemini.base_url, _GOOGLE, _BASE, allow_private=config.allow_private_addresses)
        key = checked_key(gemini.api_key, _KEY)
        self.model = gemini.model
        self._limits = config
        self._models = base.removesuffix("/v1beta") + "/v1beta/models/"
        self._headers = {
            "Accept": "text/event-stream",
            **({"x-goog-api-key": key} if key else {}),
        }

    def outgoing(self, question: Question, model: str) -> Outgoing:
        """The request for a streamed answer; whatever a model is called, it stays one segment of the path."""
        name = (model or self.model).removeprefix("models/")
        body = request_body(question, name, self._limits.gemini.max_tokens, self._limits.gemini.thinking_tokens)
        url = f"{self._models}{quote(name, safe='', errors='replace')}:streamGenerateContent?alt=sse"
        return Outgoing(url=url, headers=self._headers, body=body, judge=_judge)

    def reader(self, model: str) -> GeminiReader:
        """A reader for one answer of this model."""
        return GeminiReader(provider=self.name, model=model or self.model, limits=self._limits)


def _judge(status: int, body: bytes) -> NexyError | None:
    try:
        return failure_beyond_status(status, decode_event(body).error)
    except (ValueError, RecursionError):
        return None
