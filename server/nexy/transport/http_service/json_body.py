"""A request's body: read within its bound, decoded into its shape, refused by the field that is wrong."""

import json
import math
import re
from typing import TypeVar

import msgspec
from starlette.requests import Request

from nexy.contracts.errors import TooLarge, ValidationFailed

S = TypeVar("S", bound=msgspec.Struct)
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]+)`$")
_WHOLE = "body"


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body; raises `TooLarge` as soon as it is more than this."""
    parts, held = [], 0
    async for part in request.stream():
        parts.append(part)
        held += len(part)
        if held > max_bytes:
            raise TooLarge(f"body: at most {max_bytes} bytes are taken", field=_WHOLE)
    return b"".join(parts)


def decoded(body: bytes, kind: type[S]) -> S:
    """The body in its shape; fields that the shape does not know are ignored.

    Raises `ValidationFailed` whose `field` is the path of what is wrong ("channels.max"), or "body" for no JSON.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as wrong:
        raise _refusal(str(wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        field = _not_a_number(body)
        if field is not None:
            raise ValidationFailed(f"{field}: NaN and Infinity are no numbers of JSON", field=field) from None
        raise ValidationFailed("body: it is not JSON; send one object as application/json", field=_WHOLE) from None


def _refusal(told: str) -> ValidationFailed:
    parts = _AT.match(told)
    what, path = (parts["what"], parts["path"] or "") if parts else (told, "")
    missing = _MISSING.match(what)
    if missing is not None:
        field = f"{path}.{missing['name']}" if path else missing["name"]
        return ValidationFailed(f"{field}: it is missing; see /openapi.json", field=field)
    told = what.replace("`", "")
    return ValidationFailed(f"{path or _WHOLE}: {told}; see /openapi.json", field=path or _WHOLE)


def _not_a_number(body: bytes) -> str | None:
    """Where a writer that is not strict has put NaN or Infinity, if that is what is wrong."""
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
