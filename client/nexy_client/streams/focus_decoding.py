"""JSON as the frozen dataclasses of `focus_answers`, each field checked against its type."""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from nexy_client.streams.failure import AnswerUnreadable

T = TypeVar("T")


def decode_answer(body: bytes, kind: type[T], where: str) -> T:
    """The body as `kind`; fields that it does not know are ignored. Raises `AnswerUnreadable` with the field."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise AnswerUnreadable(f"{where} did not answer with JSON; is this a server with /focus-server?") from broken
    try:
        found = _read(told, kind, "")
    except _Wrong as wrong:
        raise AnswerUnreadable(
            f"the answer of {where} is not what the contract says: {wrong}. Do server and client have the same version?"
        ) from wrong
    assert isinstance(found, kind)
    return found


class _Wrong(ValueError):
    """A field is missing or of another type; the text names it."""


def _read(told: Any, kind: Any, path: str) -> Any:  # noqa: ANN401  JSON
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _read_object(told, kind, path)
    if origin is UnionType:
        return _read_union(told, inner, path)
    if origin is tuple:
        items = _expect(told, list, path)
        return tuple(_read(item, inner[0], f"{path}[{place}]") for place, item in enumerate(items))
    if origin is Mapping:
        return {
            _key(key, path): _read(item, inner[1], f"{path}.{key}") for key, item in _expect(told, dict, path).items()
        }
    if kind is float:
        return float(_expect(told, (int, float), path))
    return _expect(told, kind, path)


def _read_object(told: Any, kind: Any, path: str) -> Any:  # noqa: ANN401
    values = _expect(told, dict, path or "the whole")
    hints = get_type_hints(kind)
    found = {}
    for one in fields(kind):
        place = f"{path}.{one.name}" if path else one.name
        if one.name in values:
            found[one.name] = _read(values[one.name], hints[one.name], place)
        elif one.default is MISSING:
            raise _Wrong(f"{place} is missing")
    make: Callable[..., Any] = kind
    return make(**found)


def _read_union(told: Any, kinds: tuple[Any, ...], path: str) -> Any:  # noqa: ANN401
    if told is None and NoneType in kinds:
        return None
    if int in kinds and str in kinds:
        return _expect(told, (int, str), path)
    return _read(told, next(kind for kind in kinds if kind is not NoneType), path)


def _expect(told: Any, kind: Any, path: str) -> Any:  # noqa: ANN401
    # To Python a bool is an int; to the contract it is not.
    if not isinstance(told, kind) or (isinstance(told, bool) and kind is not bool):
        raise _Wrong(f"{path} is {json.dumps(told)[:80]}")
    return told


def _key(text: str, path: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _Wrong(f"{path} has the key {text!r}, which is no channel number") from None
