"""Turns of the real provider over the fake server."""

from contextlib import aclosing
from dataclasses import replace

from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.contracts.completions import Message, Question, Role
from nexy.contracts.routing import OpenAiBody, PassedBytes
from nexy.contracts.words import WordsDelta, WordsUsage
from nexy.modules.ai_router.exchange.http_provider import HttpProvider
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.openai.dialect import OpenAiDialect, OpenAiPassing
from nexy.modules.ai_router.provider import Enquiry, ProviderEvent
from nexy.utils.clock import SystemClock
from support.fake_openai import FakeOpenAi

ANSWER = "Привет, мир! This is a scripted answer."
QUESTION = Question(
    messages=(Message(role=Role.SYSTEM, text="Be kind."), Message(role=Role.USER, text="Hello?")),
)
ENQUIRY = Enquiry(question=QUESTION)
QUICK = WordsConfig(
    connect_timeout_seconds=5,
    first_token_timeout_seconds=5,
    between_tokens_timeout_seconds=5,
    whole_answer_timeout_seconds=5,
    drain_seconds=1,
    allow_private_addresses=True,
)


class Asked:
    """One provider over the fake, its connections closed at the end of the block."""

    def __init__(self, fake: FakeOpenAi, limits: WordsConfig = QUICK, **openai: object) -> None:
        config = replace(limits, openai=OpenAiConfig(base_url=fake.base_url, **openai))  # type: ignore[arg-type]
        self.pool = ConnectionPool(config)
        self.provider = HttpProvider(OpenAiDialect(config), config, SystemClock(), self.pool, OpenAiPassing(config))

    async def __aenter__(self) -> HttpProvider:
        return self.provider

    async def __aexit__(self, *exc: object) -> None:
        await self.provider.close()
        await self.pool.close()


def passed(body: bytes, *, streamed: bool = True) -> Enquiry:
    """A caller of the same wire."""
    return Enquiry(question=QUESTION, passed=OpenAiBody(body=body, streamed=streamed))


async def events_of(provider: HttpProvider, enquiry: Enquiry = ENQUIRY, model: str = "") -> list[ProviderEvent]:
    """Everything that the provider says."""
    async with aclosing(provider.stream(enquiry, model)) as events:
        return [event async for event in events]


async def collect(provider: HttpProvider, enquiry: Enquiry = ENQUIRY) -> tuple[str, list[WordsUsage]]:
    """The whole answer and every usage event."""
    events = await events_of(provider, enquiry)
    words = "".join(event.text for event in events if isinstance(event, WordsDelta))
    return words, [event for event in events if isinstance(event, WordsUsage)]


def bytes_of(events: list[ProviderEvent]) -> bytes:
    """All that was passed on."""
    return b"".join(event.data for event in events if isinstance(event, PassedBytes))
