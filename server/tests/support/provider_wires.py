"""Every wire with its dialect and its fake, so that one test can be put to all of them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace

from nexy.config.ai_router_section import ClaudeConfig, GeminiConfig, OllamaConfig, OpenAiConfig, WordsConfig
from nexy.contracts.completions import Finished, Message, Question, Role, ToolCallDelta
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.anthropic.dialect import ClaudeDialect
from nexy.modules.ai_router.exchange.dialect import Dialect
from nexy.modules.ai_router.exchange.http_provider import HttpProvider
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.gemini.dialect import GeminiDialect
from nexy.modules.ai_router.ollama.dialect import OllamaDialect
from nexy.modules.ai_router.openai.dialect import OpenAiDialect
from nexy.modules.ai_router.provider import Enquiry
from nexy.utils.clock import SystemClock
from support.fake_anthropic import FakeAnthropic
from support.fake_gemini import FakeGemini
from support.fake_ollama import FakeOllama
from support.fake_openai import FakeOpenAi
from support.fake_server import FakeServer

ANSWER = "Привет, мир! This is a scripted answer."
QUESTION = Question(messages=(Message(role=Role.SYSTEM, text="Be kind."), Message(role=Role.USER, text="Hello?")))
QUICK = WordsConfig(
    connect_timeout_seconds=5,
    first_token_timeout_seconds=5,
    between_tokens_timeout_seconds=5,
    whole_answer_timeout_seconds=5,
    drain_seconds=1,
    allow_private_addresses=True,
)
KEY = "key-0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWire:
    """A wire: its fake, its dialect, and how the one is configured to talk to the other."""

    name: str
    fake: Callable[[], FakeServer]
    dialect: Callable[[WordsConfig], Dialect]
    configured: Callable[[WordsConfig, str], WordsConfig]

    def __str__(self) -> str:
        return self.name


WIRES = (
    SpokenWire(
        name="openai",
        fake=FakeOpenAi,
        dialect=OpenAiDialect,
        configured=lambda limits, url: replace(limits, openai=OpenAiConfig(base_url=url, api_key=KEY)),
    ),
    SpokenWire(
        name="claude",
        fake=FakeAnthropic,
        dialect=ClaudeDialect,
        configured=lambda limits, url: replace(limits, claude=ClaudeConfig(base_url=url, api_key=KEY)),
    ),
    SpokenWire(
        name="gemini",
        fake=FakeGemini,
        dialect=GeminiDialect,
        configured=lambda limits, url: replace(limits, gemini=GeminiConfig(base_url=url, api_key=KEY)),
    ),
    SpokenWire(
        name="ollama",
        fake=FakeOllama,
        dialect=OllamaDialect,
        configured=lambda limits, url: replace(limits, ollama=OllamaConfig(base_url=url)),
    ),
)


@dataclass(slots=True, kw_only=True)
class Heard:
    """Everything that one answer brought."""

    begun: int = 0
    words: list[str] = field(default_factory=list)
    calls: list[ToolCallDelta] = field(default_factory=list)
    usage: list[WordsUsage] = field(default_factory=list)
    ends: list[Finished] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words."""
        return "".join(self.words)

    async def listen(self, provider: HttpProvider, question: Question = QUESTION, model: str = "") -> "Heard":
        """Ask, and keep what comes; what came before a failure stays."""
        async with aclosing(provider.stream(Enquiry(question=question), model)) as events:
            async for event in events:
                match event:
                    case WordsBegun():
                        self.begun += 1
                    case WordsDelta(text=text):
                        self.words.append(text)
                    case ToolCallDelta():
                        self.calls.append(event)
                    case WordsUsage():
                        self.usage.append(event)
                    case Finished():
                        self.ends.append(event)
        return self


@asynccontextmanager
async def speaking(
    wire: SpokenWire, fake: FakeServer, limits: WordsConfig = QUICK
) -> AsyncGenerator[HttpProvider, None]:
    """The provider of this wire over its fake, its connections closed at the end of the block."""
    config = wire.configured(limits, fake.base_url)
    pool = ConnectionPool(config)
    try:
        yield HttpProvider(wire.dialect(config), config, SystemClock(), pool)
    finally:
        await pool.close()
