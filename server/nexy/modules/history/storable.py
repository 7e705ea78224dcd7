"""Text that PostgreSQL takes: it refuses NUL, and UTF-8 has no lone surrogates."""

from nexy.contracts.turn import JsonValue

_REPLACEMENT = "�"


def storable(text: str, longest: int | None = None) -> str:
    """The text with U+FFFD for every character that cannot be stored; what is too long ends with an ellipsis."""
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isascii():
        return text.replace("\0", _REPLACEMENT)
    return text.replace("\0", _REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def storable_json(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The same for every string of an object, keys included."""
    return {storable(key): _storable_value(item) for key, item in value.items()}


def _storable_value(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return storable(value)
        case list():
            return [_storable_value(item) for item in value]
        case dict():
            return storable_json(value)
        case _:
            return value
