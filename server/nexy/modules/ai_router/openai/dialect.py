"""Any server that speaks OpenAI chat completions, by its base address."""

from collections.abc import Mapping

from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.contracts.completions import Question
from nexy.contracts.routing import OpenAiBody
from nexy.modules.ai_router.exchange.address import Named, checked_base, checked_key
from nexy.modules.ai_router.exchange.dialect import Outgoing, PassingReader
from nexy.modules.ai_router.openai.passed_body import passed_body, wants_usage
from nexy.modules.ai_router.openai.passing import PassedStream
from nexy.modules.ai_router.openai.passing_whole import PassedWhole
from nexy.modules.ai_router.openai.reader import OpenAiReader
from nexy.modules.ai_router.openai.request import request_body

NAME = "openai"
_OPENAI = "https://api.openai.com/v1"
_BASE = Named(path="ai_router.openai.base_url", variable="OPENAI_BASE_URL")
_KEY = Named(path="ai_router.openai.api_key", variable="OPENAI_API_KEY")


def openai_base(limits: WordsConfig) -> str:
    """The base address; raises `ConfigurationInvalid` naming key and variable."""
    return checked_base(limits.openai.base_url, _OPENAI, _BASE, allow_private=limits.allow_private_addresses)


def openai_headers(config: OpenAiConfig) -> Mapping[str, str]:
    """The key, where there is one: local servers want none."""
    key = checked_key(config.api_key, _KEY)
    return {"Authorization": f"Bearer {key}"} if key else {}


class OpenAiDialect:
    """Streamed chat completions; raises `ConfigurationInvalid` for an address or a key that cannot be used."""

    name = NAME

    def __init__(self, limits: WordsConfig) -> None:
        self._limits = limits
        self._url = openai_base(limits) + "/chat/completions"
        self._headers = {"Accept": "text/event-stream", **openai_headers(limits.openai)}

    @property
    def model(self) -> str:
        """The configured model."""
        return self._limits.openai.model

    def outgoing(self, question: Question, model: str) -> Outgoing:
        """The question; a server that cannot see gets no picture."""
        return Outgoing(
            url=self._url,
            headers=self._headers,
            body=request_body(question, model, self._limits.openai),
            pictures=None if self._limits.openai.send_screenshot else 0,
        )

    def reader(self, model: str) -> OpenAiReader:
        """A reader within the configured bounds."""
        return OpenAiReader(provider=NAME, model=model, limits=self._limits)


class OpenAiPassing:
    """A caller of the same wire: the request goes out as it came, but for the model."""

    def __init__(self, limits: WordsConfig) -> None:
        self._limits = limits
        self._url = openai_base(limits) + "/chat/completions"
        self._headers = openai_headers(limits.openai)

    def outgoing(self, passed: OpenAiBody, model: str) -> Outgoing:
        """The caller's body, with the model set, and with usage asked for where it is streamed."""
        accept = "text/event-stream" if passed.streamed else "application/json"
        body = passed_body(passed.body, model, streamed=passed.streamed)
        return Outgoing(url=self._url, headers={"Accept": accept, **self._headers}, body=body)

    def reader(self, passed: OpenAiBody, model: str) -> PassingReader:
        """For a stream one that looks at events, else one that waits for the whole."""
        if not passed.streamed:
            # JSON may write one character as twelve bytes, and several answers may be asked for at once.
            most = self._limits.max_answer_bytes * self._limits.body_bytes_per_byte
            return PassedWhole(provider=NAME, model=model, max_bytes=most)
        return PassedStream(
            provider=NAME,
            model=model,
            keep_usage=wants_usage(passed.body),
            max_line_bytes=self._limits.max_line_bytes,
            # Some servers write an event of three hundred bytes around a token of three.
            max_bytes=self._limits.max_answer_bytes * self._limits.stream_bytes_per_byte,
        )
