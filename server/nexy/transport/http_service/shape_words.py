"""The shapes of bodies in words for people: what each field takes, and what stands at a path."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
from msgspec import inspect

_VISIBLE = r"\S"
_STEP = re.compile(r"\[[^\]]*\]|[^.\[]+")
_WORDS = {
    inspect.BoolType: "true or false",
    inspect.NoneType: "nothing: leave it out",
    inspect.RawType: "any JSON",
    inspect.AnyType: "any JSON",
    inspect.DictType: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWords:
    """One field of a body; `default` is JSON, empty where it is required or where leaving it out says enough."""

    name: str
    takes: str
    required: bool
    default: str


def fields_of(shape: type[msgspec.Struct]) -> Sequence[FieldWords]:
    """Every field of a body, in the order in which they are written."""
    return [
        FieldWords(
            name=field.encode_name,
            takes=words_of(field.type),
            required=field.required,
            default=_default(field),
        )
        for field in _struct(shape).fields
    ]


def inner_shapes(shape: type[msgspec.Struct]) -> Sequence[type[msgspec.Struct]]:
    """Every shape that stands somewhere inside of this one, the outer ones first."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting = [field.type for field in _struct(shape).fields]
    while waiting:
        kind = waiting.pop(0)
        if isinstance(kind, inspect.StructType):
            if kind.cls not in found:
                found[kind.cls] = None
                waiting += [field.type for field in kind.fields]
        else:
            waiting += _parts(kind)
    return list(found)


def words_of(kind: inspect.Type) -> str:
    """What a field of this type takes; null goes without saying."""
    match kind:
        case inspect.Metadata(type=inspect.StrType(pattern=pattern), extra_json_schema={"description": str(asked)}) if (
            pattern != _VISIBLE
        ):
            return f"a text, {asked.removeprefix('must be ')}"
        case inspect.Metadata(type=inner):
            return words_of(inner)
        case inspect.UnionType(types=types):
            return " or ".join(words_of(one) for one in types if not isinstance(one, inspect.NoneType))
        case inspect.LiteralType(values=values):
            return ("one of " if len(values) > 1 else "") + ", ".join(map(str, values))
        case inspect.StrType(min_length=least, max_length=most, pattern=pattern):
            return "a text" + (" that is not empty" if least or pattern == _VISIBLE else "") + _most(most, "characters")
        case inspect.IntType() | inspect.FloatType():
            return ("a whole number" if isinstance(kind, inspect.IntType) else "a number") + _bounds(kind)
        case inspect.ListType(item_type=item, max_length=most):
            return f"a list of {_many(item)}{_most(most, 'members')}"
        case inspect.StructType(cls=shape, tag=tag):
            return shape.__name__ if tag is None else f"{shape.__name__} (type {tag})"
        case _:
            return _WORDS.get(type(kind), "any JSON")


def types_at(shape: type[msgspec.Struct], path: str) -> Sequence[inspect.Type]:
    """Every type that may stand at a path as the decoder tells it, "messages[0].role"."""
    here: list[inspect.Type] = [_struct(shape)]
    for step in _STEP.findall(path):
        here = [below for kind in here for one in _members(kind) for below in _below(one, step)]
    return [one for kind in here for one in _members(kind)]


@cache
def _struct(shape: type[msgspec.Struct]) -> inspect.StructType:
    kind = inspect.type_info(shape)
    assert isinstance(kind, inspect.StructType)
    return kind


def _members(kind: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        yield from kind.types
    else:
        yield kind


def _below(kind: inspect.Type, step: str) -> Iterator[inspect.Type]:
    match kind:
        case inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            yield from (field.type for field in fields if field.encode_name == step)
            if step == tag_field:
                yield inspect.LiteralType(values=(str(tag),))
        case inspect.ListType() | inspect.DictType():
            yield from _parts(kind)
        case _:
            return


def _parts(kind: inspect.Type) -> Sequence[inspect.Type]:
    match kind:
        case inspect.UnionType(types=types):
            return types
        case inspect.ListType(item_type=item):
            return (item,)
        case inspect.DictType(value_type=value):
            return (value,)
        case inspect.Metadata(type=inner):
            return (inner,)
        case _:
            return ()


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge} to {kind.le}"
    return "" if kind.ge is None else f", at least {kind.ge}"


def _most(most: int | None, what: str) -> str:
    return f", at most {most} {what}" if most is not None else ""


def _many(kind: inspect.Type) -> str:
    return words_of(kind).replace("a text that is", "texts that are").replace("a text", "texts")


def _default(field: inspect.Field) -> str:
    if field.required or field.default in (None, msgspec.NODEFAULT, msgspec.UNSET):
        return ""
    return msgspec.json.encode(field.default).decode()
