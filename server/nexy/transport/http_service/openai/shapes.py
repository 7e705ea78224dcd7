"""The OpenAI wire as far as we read and write it (OpenAI API Reference: "Chat", "Models", "Embeddings", "Errors").

Fields that are not named here are passed on to a provider of the same wire, and have no effect elsewhere.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from nexy.transport.http_service.http_errors import TriedProvider


class ImageUrl(Struct, frozen=True, kw_only=True):
    """A picture as a data URL: an address is not fetched for a stranger, and not every provider would."""

    url: Annotated[
        str,
        Meta(
            pattern=r"^data:[^,]*;base64,.",
            description="must be a data URL that holds the picture: data:image/png;base64,...",
        ),
    ]


class TextPart(Struct, frozen=True, kw_only=True, tag_field="type", tag="text"):
    """Words."""

    text: str


class ImagePart(Struct, frozen=True, kw_only=True, tag_field="type", tag="image_url"):
    """A picture."""

    image_url: ImageUrl


class RefusalPart(Struct, frozen=True, kw_only=True, tag_field="type", tag="refusal"):
    """What an assistant said when it declined."""

    refusal: str


Part = TextPart | ImagePart | RefusalPart
ModelName = Annotated[str, Meta(max_length=200)]
"""It is remembered, told in headers and kept in the ledger."""


class CalledFunction(Struct, frozen=True, kw_only=True):
    """A function and its arguments as JSON text."""

    name: str
    arguments: str = ""


class Call(Struct, frozen=True, kw_only=True):
    """What the model wanted done."""

    id: str
    function: CalledFunction
    type: str = "function"


class ChatMessage(Struct, frozen=True, kw_only=True):
    """One contribution."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None


class FunctionShape(Struct, frozen=True, kw_only=True):
    """What may be called; the parameters are a JSON Schema."""

    name: Annotated[str, Meta(min_length=1)]
    description: str | None = None
    parameters: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class ToolShape(Struct, frozen=True, kw_only=True):
    """A tool."""

    function: FunctionShape
    type: Literal["function"] = "function"


class NamedFunction(Struct, frozen=True, kw_only=True):
    """A function by its name."""

    name: str


class ChosenTool(Struct, frozen=True, kw_only=True):
    """The tool that must be called."""

    function: NamedFunction
    type: Literal["function"] = "function"


class JsonSchema(Struct, frozen=True, kw_only=True, rename={"schema_": "schema"}):
    """The form of the answer."""

    name: str = "answer"
    schema_: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class ResponseFormat(Struct, frozen=True, kw_only=True):
    """Any text, or JSON."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class StreamOptions(Struct, frozen=True, kw_only=True):
    """What a stream tells at its end."""

    include_usage: bool | None = None


class ChatBody(Struct, frozen=True, kw_only=True):
    """A conversation; `model` is a model's name, provider/model, a provider's name or "auto".

    `n` counts at providers of the same wire only.
    """

    messages: Annotated[list[ChatMessage], Meta(min_length=1, max_length=10_000)]
    model: ModelName = "auto"
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    stop: str | list[str] | None = None
    tools: Annotated[list[ToolShape], Meta(max_length=1000)] | None = None
    tool_choice: Literal["none", "auto", "required"] | ChosenTool | None = None
    response_format: ResponseFormat | None = None


class Spent(Struct, frozen=True, kw_only=True):
    """Tokens of one request."""

    prompt_tokens: int
    total_tokens: int
    completion_tokens: int = 0


class Reply(Struct, frozen=True, kw_only=True):
    """What the assistant says or wants done."""

    content: str | None
    role: str = "assistant"
    tool_calls: list[Call] | msgspec.UnsetType = msgspec.UNSET


class Choice(Struct, frozen=True, kw_only=True):
    """One answer."""

    message: Reply
    finish_reason: str
    index: int = 0


class Completion(Struct, frozen=True, kw_only=True):
    """A whole answer; a provider of the same wire may tell more."""

    id: str
    created: int
    model: str
    choices: Sequence[Choice]
    usage: Spent | None = None
    object: str = "chat.completion"


class ModelShape(Struct, frozen=True, kw_only=True):
    """A model by the name under which it can be asked."""

    id: str
    owned_by: str
    created: int = 0
    object: str = "model"


class ModelList(Struct, frozen=True, kw_only=True):
    """Every configured model."""

    data: Sequence[ModelShape]
    object: str = "list"


InputText = Annotated[str, Meta(min_length=1)]


class EmbeddingsBody(Struct, frozen=True, kw_only=True):
    """Texts to make vectors of, which have the length that their model gives."""

    input: InputText | Annotated[list[InputText], Meta(min_length=1, max_length=2048)]
    model: ModelName = "auto"
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: None = None


class EmbeddingShape(Struct, frozen=True, kw_only=True):
    """The vector of one text: numbers, or their 32 bits each in base64."""

    embedding: Sequence[float] | str
    index: int
    object: str = "embedding"


class EmbeddingList(Struct, frozen=True, kw_only=True):
    """One vector per text."""

    data: Sequence[EmbeddingShape]
    model: str
    usage: Spent
    object: str = "list"


class OpenAiErrorBody(Struct, frozen=True, kw_only=True):
    """The error object of the wire, with the providers that were tried."""

    message: str
    type: str
    param: str | None
    code: str | None
    attempts: list[TriedProvider] | msgspec.UnsetType = msgspec.UNSET


class OpenAiError(Struct, frozen=True, kw_only=True):
    """The body of every refusal."""

    error: OpenAiErrorBody
