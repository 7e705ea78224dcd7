"""The JSON of Ollama's chat and embed endpoints, as far as we read it (its docs/api.md and docs/api/errors.mdx)."""

from typing import Any

import msgspec


class Function(msgspec.Struct, gc=False):
    """A whole call; the arguments are a JSON object."""

    name: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class ToolCallLine(msgspec.Struct, gc=False):
    """One call; newer versions give it an id."""

    function: Function
    id: str | None = None


class Said(msgspec.Struct, gc=False):
    """What one line adds."""

    content: str | None = None
    tool_calls: list[ToolCallLine] | None = None


class Line(msgspec.Struct, gc=False):
    """One object of the stream; the last one has `done` and the counts."""

    message: Said | None = None
    done: bool = False
    done_reason: str | None = None
    model: str | None = None
    prompt_eval_count: int | None = None
    eval_count: int | None = None
    error: Any = None


class Embedded(msgspec.Struct, gc=False):
    """A whole answer of the embed endpoint."""

    embeddings: list[list[float]]
    model: str | None = None
    prompt_eval_count: int | None = None


decode_line = msgspec.json.Decoder(Line).decode
decode_embedded = msgspec.json.Decoder(Embedded).decode
