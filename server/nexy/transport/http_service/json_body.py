"""A request's body: read within its bound, decoded into its shape, refused by the field that is wrong."""

import asyncio
import json
import math
from typing import TypeVar

import msgspec
from starlette.requests import Request

from nexy.config.api_section import ApiConfig
from nexy.contracts.errors import DeadlineExceeded, TooLarge, ValidationFailed
from nexy.transport.http_service.plain_refusals import refused_field

S = TypeVar("S", bound=msgspec.Struct)
_WHOLE = "body"
# Looking for what is wrong is a courtesy, and slow.
_LONGEST_LOOKED_INTO = 65_536


async def read_body(request: Request, config: ApiConfig) -> bytes:
    """The whole body; raises `TooLarge` as soon as it is too much, `DeadlineExceeded` where it comes too late."""
    parts, held = [], 0
    try:
        async with asyncio.timeout(config.limits.body_seconds):
            async for part in request.stream():
                parts.append(part)
                held += len(part)
                if held > config.max_body_bytes:
                    raise TooLarge(f"body: at most {config.max_body_bytes} bytes are taken", field=_WHOLE)
    except TimeoutError:
        raise DeadlineExceeded("body: it does not come in time", code="body_timeout", field=_WHOLE) from None
    return b"".join(parts)


def decoded(body: bytes, kind: type[S]) -> S:
    """The body in its shape; fields that the shape does not know are ignored.

    Raises `ValidationFailed` whose `field` is the path of what is wrong ("channels.max"), or "body" for no JSON.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as wrong:
        refused = refused_field(str(wrong), kind)
        raise ValidationFailed(f"{refused.message}; see /openapi.json", field=refused.field) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        field = _not_a_number(body)
        if field is not None:
            raise ValidationFailed(f"{field}: NaN and Infinity are no numbers of JSON", field=field) from None
        raise ValidationFailed("body: it is not JSON; send one object as application/json", field=_WHOLE) from None


def _not_a_number(body: bytes) -> str | None:
    """Where a writer that is not strict has put NaN or Infinity, if that is what is wrong."""
    if len(body) > _LONGEST_LOOKED_INTO:
        return None
    try:
        loose = json.loads(body)
    except (ValueError, RecursionError):
        return None
    waiting = [("", loose)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}" if path else name, inner) for name, inner in value.items()]
        elif isinstance(value, float) and not math.isfinite(value):
            return path or _WHOLE
    return None
