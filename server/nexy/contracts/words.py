"""What is asked of a source of words, and what comes back."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from nexy.contracts.code_hits import Hit
from nexy.contracts.memory import Foreseen, MemoryReach
from nexy.contracts.request import Request
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import Screenshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One question to a provider: system prompt, the person's words, what she sees, what is and will be remembered.

    Without `actions_delivered` a command would go nowhere, so none may be promised. `found` are places of indexed
    code where she asks for one, None where she does not.
    """

    prompt: str
    system: str
    session_id: str
    features: FeaturesConfig
    screenshot: Screenshot | None = None
    memory: str = ""
    memory_reach: MemoryReach = MemoryReach.OFF
    foreseen: Foreseen = field(default_factory=Foreseen)
    actions_delivered: bool = True
    found: Sequence[Hit] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsDelta:
    """A few more characters of the answer."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsBegun:
    """A provider has taken the question: unless it is free, this costs something however the answer ends.

    `asked` and `pictures` are the texts and how many images it was told, for estimates.
    """

    provider: str
    model: str
    asked: Sequence[str] = ()
    pictures: int = 0
    free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsUsage:
    """What the answer cost; counted once, by the provider's own request id.

    `estimated`: the provider never said, because the answer was cut or it does not count. Those read from the
    provider's prompt cache and those written into it are among the input tokens, at prices of their own.
    """

    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    request_id: str = ""
    estimated: bool = False
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


WordsEvent = WordsBegun | WordsDelta | WordsUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateWords(Request[AsyncGenerator[WordsEvent, None]]):
    """Ask the router: falls over between providers until the first content, never after it.

    The generator raises `Unavailable`, `DeadlineExceeded` or another `NexyError` when no provider answers,
    or when one dies midway.
    """

    chat: Chat
    task_type: str = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPrompt(Request[AsyncGenerator[WordsEvent, None]]):
    """Ask text_processing: assembles the system prompt from sections and streams the model's answer."""

    prompt: str
    session_id: str
    features: FeaturesConfig
    screenshot: Screenshot | None = None
    memory: str = ""
    memory_reach: MemoryReach = MemoryReach.OFF
    foreseen: Foreseen = field(default_factory=Foreseen)
    actions_delivered: bool = True
    found: Sequence[Hit] | None = None
