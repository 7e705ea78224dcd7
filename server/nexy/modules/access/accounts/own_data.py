"""What a person's own programs keep with her account."""

from collections.abc import Mapping

import msgspec

from nexy.contracts.errors import ValidationFailed


def written(data: Mapping[str, object], most: int) -> str:
    """As JSON; raises `ValidationFailed` for what is too long or cannot be kept."""
    try:
        text = msgspec.json.encode(data)
        decoded = text.decode()
    except (TypeError, ValueError, RecursionError, OverflowError) as problem:
        raise ValidationFailed("data: this is no JSON object", code="validation_failed", field="data") from problem
    if len(text) > most:
        raise ValidationFailed(f"data: at most {most} bytes", code="validation_failed", field="data")
    if "\\u0000" in decoded:
        raise ValidationFailed("data: the character NUL cannot be kept", code="validation_failed", field="data")
    return decoded
