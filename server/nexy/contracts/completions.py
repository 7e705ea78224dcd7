"""A conversation with a language model, whatever wire the model speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who says it; system texts come first, on every wire."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image beside the words: its media type ("image/webp") and its bytes in base64."""

    media_type: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What the model wants done; `arguments` is JSON text, as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One contribution; `answers` is the id of the tool call whose result a TOOL message carries."""

    role: Role
    text: str = ""
    pictures: Sequence[Picture] = ()
    tool_calls: Sequence[ToolCall] = ()
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What the model may call; `parameters` is a JSON Schema, encoded."""

    name: str
    description: str = ""
    parameters: bytes = b'{"type":"object"}'


class Shape(StrEnum):
    """What the answer is to be: any text, or one JSON value."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that a model is told.

    None leaves a value to the provider; `tool_choice` is auto, none, required or a tool's name;
    `schema` (JSON Schema, encoded) narrows `Shape.JSON` where the wire can.
    """

    messages: Sequence[Message]
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: Sequence[str] = ()
    tools: Sequence[Tool] = ()
    tool_choice: str = "auto"
    shape: Shape = Shape.TEXT
    schema: bytes = b""

    @property
    def texts(self) -> Sequence[str]:
        """Every text in it, for estimates of what it costs."""
        return tuple(message.text for message in self.messages)

    @property
    def pictures(self) -> int:
        """How many images go with it."""
        return sum(len(message.pictures) for message in self.messages)


class FinishReason(StrEnum):
    """Why an answer ended; the names are those of the OpenAI wire."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallDelta:
    """A piece of a tool call: the first of each `index` carries id and name, the others more of the arguments."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The answer is complete."""

    reason: FinishReason = FinishReason.STOP
