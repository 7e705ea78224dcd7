"""What the slots of a template are filled with."""

import re
from collections.abc import Mapping, Sequence

from nexy.modules.ai_router.offline_code.generation.naming import (
    pascal,
    plural,
    safe_field,
    singular,
    snake,
    styled,
    words_of,
)
from nexy.modules.ai_router.offline_code.generation.order import Field, Order, kind_of
from nexy.modules.ai_router.offline_code.wording import table, word_set

_UNSAFE = re.compile(r"[^\w\s.,:;()+=@#&!?'’–—-]|--+")
_ASCII_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_LONGEST_GOAL = 100
_WITH_OWN_ID = frozenset({"rest", "table", "react_list"})
_VERBS = word_set("verbs")


def values_of(order: Order, language: str) -> tuple[Mapping[str, str], Mapping[str, Sequence[Mapping[str, str]]]]:
    """The slots, and the lists that blocks are repeated for."""
    many = (*order.entity[:-1], plural(order.entity[-1]))
    fields = [field for field in order.fields if order.intent not in _WITH_OWN_ID or tuple(field.words) != ("id",)]
    fields = fields or [Field(words=("name",), kind="text")]
    named = [_field_values(field, language, last=field is fields[-1]) for field in fields]
    values = {
        "Entity": pascal(order.entity),
        "Entities": pascal(many),
        "entity": styled(order.entity, language),
        "entities": styled(many, language),
        "sql_entities": snake(many),
        "words": " ".join(many),
        "words_one": " ".join(order.entity),
        "path": plural(order.entity[-1]).replace("_", "-"),
        "goal": harmless(order.goal),
        "has_date": "yes" if any(field.kind == "date" for field in fields) else "",
        "first_field": named[0]["field"],
        "picked": ", ".join(f"{one['field']}: input.{one['field']}" for one in named),
        "picked_names": ", ".join(one["field"] for one in named),
        "empty_fields": ", ".join(f'{one["field"]}: ""' for one in named),
        "record_fields": ", ".join(f"{one['type']} {one['field']}" for one in named),
        "given_fields": ", ".join(f"given.{one['field']}()" for one in named),
        **_key_values(order, language),
        **_function_values(order, language),
        **_flag_values(order, language),
    }
    return values, {
        "fields": named,
        "flags": [{"flag": "-".join(f.words), "flag_name": safe_field(f.words, language)} for f in fields],
    }


def _field_values(field: Field, language: str, *, last: bool) -> Mapping[str, str]:
    types = table("types")
    name = safe_field(field.words, language)
    stamped = field.kind == "date" and field.words[-1] == "at"
    return {
        "field": name,
        "Field": pascal(field.words),
        "snake": snake(field.words),
        "label": " ".join(field.words).capitalize(),
        "type": types["types"][language][field.kind],
        "wire": types["wire"][field.kind],
        "check": types["check"][field.kind].format(field=name),
        "input": types["input"][field.kind],
        "sql_field": safe_field(field.words, "sql"),
        "sql_type": types["types"]["sql"][field.kind],
        "default": " DEFAULT now()" if stamped else "",
        "comma": "" if last else ",",
    }


def _key_values(order: Order, language: str) -> Mapping[str, str]:
    key = [singular(word) for word in order.key if _ASCII_WORD.fullmatch(word)] or ["value"]
    kind = kind_of(key)
    sortable = "text" if kind in ("list", "boolean") else kind
    # Dates are compared in every language, but not by the same sign.
    plain = "text" if sortable == "date" and language == "go" else sortable
    return {
        "key": safe_field(key, language),
        "Key": pascal(key),
        "key_type": table("types")["types"][language][plain],
        "has_key": "yes" if order.key else "",
        "no_key": "" if order.key else "yes",
    }


def _function_values(order: Order, language: str) -> Mapping[str, str]:
    words = words_of(order.name) or _spoken_name(order)
    client = (words_of(order.service) if order.service.isascii() else ()) or ["service"]
    return {
        "name": styled(words, language),
        "Name": pascal(words),
        "program": "-".join(words),
        "service": pascal(client),
        "Client": pascal((*client, "client")),
    }


def _spoken_name(order: Order) -> Sequence[str]:
    """A function's name from the first words of what is wanted."""
    if order.intent == "sum":
        return ("total", *order.key) if order.key else ("total",)
    words = [word.lower() for word in _ASCII_WORD.findall(order.goal)]
    kept = [word for word in words if word not in _VERBS and len(word) > 1][:3]
    return (*kept, "task") if 0 < len(kept) < 2 else kept or ("run", "task")


def _flag_values(order: Order, language: str) -> Mapping[str, str]:
    names = [safe_field(field.words, language) for field in order.fields]
    flags = ["-".join(field.words) for field in order.fields]
    return {
        "usage": "".join(f" [--{flag} value]" for flag in flags),
        "flag_names": ", ".join(names),
        "flag_values": ", ".join("*" + name for name in names),
        "flag_list": ", ".join(f'"{flag}"' for flag in flags),
    }


def harmless(text: str) -> str:
    """Text that cannot end a comment or a string, whatever the language."""
    return " ".join(_UNSAFE.sub(" ", text).replace("'", "’").split())[:_LONGEST_GOAL].strip() or "what is wanted"
