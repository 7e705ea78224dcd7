"""The body of a caller who speaks the provider's wire: only what must be is changed, the rest stays its bytes."""

from typing import Any

import msgspec

from nexy.contracts.errors import ValidationFailed

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_TRUE = msgspec.Raw(b"true")


class _Options(msgspec.Struct, gc=False):
    include_usage: Any = None


class _Asked(msgspec.Struct, gc=False):
    stream_options: _Options | None = None


_decode_asked = msgspec.json.Decoder(_Asked).decode


def passed_body(body: bytes, model: str, *, streamed: bool) -> bytes:
    """The same JSON for this model, its usage asked for at the end of a stream; raises `ValidationFailed`."""
    try:
        parts = _decode(body)
        parts["model"] = msgspec.Raw(msgspec.json.encode(model))
        if streamed:
            parts["stream_options"] = _with_usage(parts.get("stream_options"))
    except (ValueError, RecursionError) as broken:
        raise ValidationFailed("The request is no JSON object of this wire.", code="invalid_json") from broken
    return msgspec.json.encode(parts)


def wants_usage(body: bytes) -> bool:
    """Whether the caller itself asked for the usage at the end of its stream."""
    try:
        options = _decode_asked(body).stream_options
    except (ValueError, RecursionError):
        return False
    return options is not None and options.include_usage is True


def _with_usage(options: msgspec.Raw | None) -> msgspec.Raw:
    given = {} if options is None or bytes(options) == b"null" else _decode(options)
    given["include_usage"] = _TRUE
    return msgspec.Raw(msgspec.json.encode(given))
