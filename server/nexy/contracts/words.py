"""What is asked of a source of words, and what comes back."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from nexy.contracts.request import Request
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import Screenshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One question to a provider: system prompt, the person's words, what she sees, what is remembered.

    Without `actions_delivered` a command would go nowhere, so none may be promised.
    """

    prompt: str
    system: str
    session_id: str
    features: FeaturesConfig
    screenshot: Screenshot | None = None
    memory: str = ""
    actions_delivered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsDelta:
    """A few more characters of the answer."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsUsage:
    """What the answer cost; counted once, by the provider's own request id."""

    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    request_id: str = ""


WordsEvent = WordsDelta | WordsUsage


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
    actions_delivered: bool = True
