"""The JSON of chat completions and embeddings, as far as we read it (OpenAI API Reference, "Chat" and "Embeddings")."""

from typing import Any

import msgspec

from nexy.contracts.completions import FinishReason
from nexy.contracts.words import WordsUsage


class Function(msgspec.Struct, gc=False):
    """A piece of a call: the name comes whole, the arguments in pieces of JSON text."""

    name: str | None = None
    arguments: str | None = None


class ToolCallFrame(msgspec.Struct, gc=False):
    """One of the calls that the model makes at once, told apart by `index`."""

    index: int | None = None
    id: str | None = None
    function: Function | None = None


class Delta(msgspec.Struct, gc=False):
    """What one frame adds; a refusal is the words with which the model declines."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCallFrame] | None = None


class Choice(msgspec.Struct, gc=False):
    """One of the answers that the wire allows; we ask for one."""

    delta: Delta | None = None
    finish_reason: str | None = None


class Cached(msgspec.Struct, gc=False):
    """Which tokens of the prompt the server had already."""

    cached_tokens: int | None = None


class Spent(msgspec.Struct, gc=False):
    """Tokens of the whole request."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: Cached | None = None


class Frame(msgspec.Struct, gc=False):
    """One event of the stream: only what every token needs, so that nothing else is decoded."""

    choices: list[Choice] | None = None
    usage: Spent | None = None
    error: Any = None


class Identity(msgspec.Struct, gc=False):
    """Which request of which model a frame belongs to."""

    id: str | None = None
    model: str | None = None


class Vector(msgspec.Struct, gc=False):
    """The vector of the text with this index."""

    embedding: list[float]
    index: int | None = None


class Vectors(msgspec.Struct, gc=False):
    """A whole answer of the embeddings endpoint."""

    data: list[Vector]
    model: str | None = None
    usage: Spent | None = None


decode_frame = msgspec.json.Decoder(Frame).decode
decode_identity = msgspec.json.Decoder(Identity).decode
decode_vectors = msgspec.json.Decoder(Vectors).decode

_REASONS = {
    "length": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.CONTENT_FILTER,
}


def finish_reason(told: str) -> FinishReason:
    """The reason by its name; other servers have other names for an ordinary end."""
    return _REASONS.get(told, FinishReason.STOP)


def usage_of(spent: Spent, identity: Identity, *, provider: str, model: str) -> WordsUsage:
    """The count as an event; negative counts are not believed, an absent model is the one that was asked."""
    asked, details = max(spent.prompt_tokens or 0, 0), spent.prompt_tokens_details
    return WordsUsage(
        provider=provider,
        model=identity.model or model,
        input_tokens=asked,
        cache_read_tokens=min(max(details.cached_tokens or 0, 0), asked) if details is not None else 0,
        output_tokens=max(spent.completion_tokens or 0, 0),
        request_id=identity.id or "",
    )
