"""The events of a streamed message, as far as we read them (Claude docs, "Streaming messages" and "Errors")."""

import msgspec


class Delta(msgspec.Struct, gc=False):
    """What an event adds: words, a piece of a tool's arguments, or the reason of the end."""

    text: str | None = None
    partial_json: str | None = None
    stop_reason: str | None = None


class Block(msgspec.Struct, gc=False):
    """What a content block begins with; only calls of tools are of interest."""

    type: str = ""
    id: str = ""
    name: str = ""
    text: str = ""


class Counted(msgspec.Struct, gc=False):
    """Tokens; all counts are running totals of the whole message, and those of the cache stand beside the input."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None


class Opening(msgspec.Struct, gc=False):
    """The message as it begins."""

    id: str | None = None
    model: str | None = None
    usage: Counted | None = None


class Failing(msgspec.Struct, gc=False):
    """What went wrong; its text may hold the prompt, so it is never shown."""

    type: str | None = None
    message: str | None = None


class Event(msgspec.Struct, gc=False):
    """Any event of the stream; unknown ones may come and are to be passed over."""

    type: str = ""
    index: int = 0
    delta: Delta | None = None
    content_block: Block | None = None
    message: Opening | None = None
    usage: Counted | None = None
    error: Failing | None = None


decode_event = msgspec.json.Decoder(Event).decode
