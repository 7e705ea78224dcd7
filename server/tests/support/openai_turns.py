"""Turns of the real adapter over the fake server."""

from contextlib import aclosing
from dataclasses import replace

from nexy.config.sections import OpenAiConfig, WordsConfig
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat, WordsDelta, WordsUsage
from nexy.modules.ai_router.openai.address import openai_endpoint
from nexy.modules.ai_router.openai.provider import OpenAiProvider
from nexy.utils.clock import SystemClock
from support.fake_openai import FakeOpenAi

ANSWER = "Привет, мир! This is a scripted answer."
CHAT = Chat(prompt="Hello?", system="Be kind.", session_id="s", features=FeaturesConfig())
QUICK = WordsConfig(
    connect_timeout_seconds=5,
    first_token_timeout_seconds=5,
    between_tokens_timeout_seconds=5,
    whole_answer_timeout_seconds=5,
    drain_seconds=1,
)


class Asked:
    """One provider over the fake, closed at the end of the block."""

    def __init__(self, fake: FakeOpenAi, limits: WordsConfig = QUICK, **openai: object) -> None:
        config = replace(limits, openai=OpenAiConfig(base_url=fake.base_url, **openai))  # type: ignore[arg-type]
        self.provider = OpenAiProvider(config, openai_endpoint(config.openai), SystemClock())

    async def __aenter__(self) -> OpenAiProvider:
        return self.provider

    async def __aexit__(self, *exc: object) -> None:
        await self.provider.close()


async def collect(provider: OpenAiProvider, chat: Chat = CHAT) -> tuple[str, list[WordsUsage]]:
    """The whole answer and every usage event."""
    words: list[str] = []
    usage: list[WordsUsage] = []
    async with aclosing(provider.stream(chat)) as events:
        async for event in events:
            match event:
                case WordsDelta(text=text):
                    words.append(text)
                case WordsUsage():
                    usage.append(event)
    return "".join(words), usage
