"""What the decoder says of a wrong value, in the words of people who write requests."""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import inspect

from nexy.config.near_names import hint_of
from nexy.contracts.errors import ValidationFailed
from nexy.transport.http_service.shape_words import types_at

_WHOLE = "body"
_LONGEST_REPEATED = 60
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]+)`$")
_UNKNOWN = re.compile(r"^Invalid (?:enum )?value '?(?P<value>.*?)'?$", re.DOTALL)
_PATTERN = re.compile(r"^Expected `str` matching regex ")
_LENGTH = re.compile(r"^Expected `(?P<kind>str|array)` of length (?P<sign>[<>]=) (?P<bound>\d+)$")
_BOUND = re.compile(r"^Expected `(?:int|float)` (?P<sign>[<>]=) (?P<bound>\S+)$")
_KIND = re.compile(r"^Expected `(?P<wanted>[^`]+)`, got `(?P<given>[^`]+)`$")
_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_SIGNS = {">=": "at least", "<=": "at most"}
_UNITS = {"str": "characters", "array": "members"}
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Sequence[inspect.Type]], str]]


def refused_field(told: str, shape: type[msgspec.Struct]) -> ValidationFailed:
    """What msgspec says of a wrong value of this shape, by its field."""
    parts = _AT.match(told)
    what, path = (parts["what"], parts["path"] or "") if parts else (told, "")
    missing = _MISSING.match(what)
    if missing is not None:
        field = f"{path}.{missing['name']}" if path else missing["name"]
        return ValidationFailed(f"{field}: it is missing", field=field)
    return ValidationFailed(f"{path or _WHOLE}: {_plain(what, types_at(shape, path))}", field=path or _WHOLE)


def _plain(what: str, here: Sequence[inspect.Type]) -> str:
    for pattern, words in _RULES:
        if found := pattern.match(what):
            return words(found, here)
    return what.replace("`", "")


def _unknown(found: re.Match[str], here: Sequence[inspect.Type]) -> str:
    known = list(
        dict.fromkeys(str(value) for kind in here if isinstance(kind, inspect.LiteralType) for value in kind.values)
    )
    value, every = found["value"], f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}"
    if len(value) > _LONGEST_REPEATED:
        return f"it is not a known value; {every}"
    near = hint_of(value, known)
    return f"{value!r} is not a known value; {f'{near} ({every})' if near.endswith('?') else every}"


def _form(_: re.Match[str], here: Sequence[inspect.Type]) -> str:
    return next(_descriptions(here), "it has a form that is not taken")


def _descriptions(here: Sequence[inspect.Type]) -> Iterator[str]:
    for kind in here:
        if isinstance(kind, inspect.Metadata) and kind.extra_json_schema and "description" in kind.extra_json_schema:
            yield str(kind.extra_json_schema["description"])


def _length(found: re.Match[str], _: Sequence[inspect.Type]) -> str:
    if found["sign"] == ">=" and found["bound"] == "1":
        return "must not be empty"
    return f"must have {_SIGNS[found['sign']]} {found['bound']} {_UNITS[found['kind']]}"


def _bound(found: re.Match[str], _: Sequence[inspect.Type]) -> str:
    return f"must be {_SIGNS[found['sign']]} {found['bound'].removesuffix('.0')}"


def _kind(found: re.Match[str], _: Sequence[inspect.Type]) -> str:
    wanted = found["wanted"].split(" | ")
    if wanted == ["null"]:
        return "must be left out"
    words = " or ".join(_KINDS.get(one, one) for one in wanted)
    return f"must be {words}, not {_KINDS.get(found['given'], found['given'])}"


_RULES: Sequence[_Rule] = (
    (_UNKNOWN, _unknown),
    (_PATTERN, _form),
    (_LENGTH, _length),
    (_BOUND, _bound),
    (_KIND, _kind),
)
