"""What every source of words is."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nexy.contracts.completions import Finished, Question, ToolCallDelta
from nexy.contracts.routing import Brief, Embeddings, OpenAiBody, PassedBytes, TaskType
from nexy.contracts.words import Chat, WordsBegun, WordsDelta, WordsUsage

ProviderEvent = WordsBegun | WordsDelta | ToolCallDelta | PassedBytes | WordsUsage | Finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """One question in every form that a provider may want.

    Models get `question`, or `passed` where their wire is the caller's; who works without a model looks at `chat`
    (the voice) or `brief` (everything else), with `task_type` where the brief does not say what is wanted.
    """

    question: Question
    chat: Chat | None = None
    brief: Brief | None = None
    passed: OpenAiBody | None = None
    task_type: TaskType | None = None


class Provider(Protocol):
    """One source of words."""

    @property
    def name(self) -> str:
        """The name that rules, logs, usage rows and status show."""
        ...

    @property
    def model(self) -> str:
        """The model that answers when nobody asks for another."""
        ...

    @property
    def free(self) -> bool:
        """Whether it costs nothing, so that no usage is kept."""
        ...

    def stream(self, enquiry: Enquiry, model: str) -> AsyncGenerator[ProviderEvent, None]:
        """The answer as it is made; raises a `NexyError` where there is none, or where it breaks off.

        The caller closes the generator, and nothing of the request is left when it is closed.
        """
        ...

    async def close(self) -> None:
        """Release what the provider holds; safe when called twice."""
        ...


class Embedder(Protocol):
    """A provider that gives vectors too."""

    @property
    def name(self) -> str:
        """The provider's name."""
        ...

    @property
    def model(self) -> str:
        """The configured model for vectors."""
        ...

    async def embed(self, texts: Sequence[str], model: str) -> Embeddings:
        """One vector per text; an empty model takes the configured one."""
        ...
