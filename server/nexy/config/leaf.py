"""What each key of the configuration may hold, read off the typed sections."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, get_type_hints

import msgspec

from nexy.config.sections import UnifiedConfig

MASK = "***"
_LONGEST_QUOTED = 82
_URL_PASSWORD = re.compile(r"(://[^\s/:@]*:)[^\s/?#]*@")
_YES_NO = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}
_TYPE_NAMES: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false (also 1/0, yes/no, on/off)",
    int | None: "nothing or a whole number",
}
# The live sections belong to contracts, which know nothing of the environment.
_LIVE_VARIABLES = {
    "features.use_module_coordinator": "USE_MODULE_COORDINATOR",
    "features.forward_assistant_actions": "FORWARD_ASSISTANT_ACTIONS",
    "features.browser_use": "BROWSER_USE_ENABLED",
    "features.messages": "MESSAGES_ENABLED",
    "features.whatsapp": "WHATSAPP_ENABLED",
    "features.subscription": "SUBSCRIPTION_ENABLED",
    "kill_switches.disable_module_coordinator": "NEXY_KS_DISABLE_MODULE_COORDINATOR",
    "kill_switches.disable_forward_assistant_actions": "NEXY_KS_DISABLE_FORWARD_ASSISTANT_ACTIONS",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One key: its dotted path, type, default, variable ("" for none) and bounds."""

    path: str
    kind: Any
    default: object
    env: str
    secret: bool
    at_least: float | None
    at_most: float | None
    one_of: tuple[Any, ...]

    @property
    def is_host(self) -> bool:
        """Whether `auto` stands for the packaged value of the environment."""
        return self.path.endswith(".host")

    @property
    def empty_is_a_value(self) -> bool:
        """Whether an empty variable turns the key off; elsewhere it counts as unset."""
        return self.default == ""

    def allowed(self) -> str:
        """What may be written here, for a person."""
        if self.one_of:
            return "one of " + ", ".join(str(value) for value in self.one_of)
        name = _TYPE_NAMES[self.kind]
        match (self.at_least, self.at_most):
            case (None, None):
                return name
            case (low, None):
                return f"{name}, at least {low:g}"
            case (None, high):
                return f"{name}, at most {high:g}"
            case (low, high):
                return f"{name} from {low:g} to {high:g}"

    def shown(self, value: object) -> str:
        """The value for a person's eyes: secrets and passwords inside URLs masked."""
        if self.secret and value not in ("", None):
            return MASK
        if not isinstance(value, str):
            return json.dumps(value, default=str)
        return json.dumps(_URL_PASSWORD.sub(rf"\g<1>{MASK}@", value), ensure_ascii=False)

    def quoted(self, value: object) -> str:
        """The same within a sentence, so a long one is cut."""
        text = self.shown(value)
        return text if len(text) <= _LONGEST_QUOTED else f'{text[: _LONGEST_QUOTED - 2]}…"'

    def convert(self, value: object, *, textual: bool) -> object:
        """The value in the key's type; `textual` says that it was written as text. Raises `ValueError`."""
        converted = self._canonical(self._typed(value, textual=textual))
        if isinstance(converted, float) and not math.isfinite(converted):
            raise ValueError(converted)
        if isinstance(converted, int | float) and not self._within_bounds(converted):
            raise ValueError(converted)
        return converted

    def _typed(self, value: object, *, textual: bool) -> object:
        if textual and self.kind is bool:
            value = _YES_NO.get(str(value).strip().lower(), value)
        elif textual:
            value = str(value).strip()
        try:
            return msgspec.convert(value, self.kind, strict=not (textual and self.kind is not bool))
        except (msgspec.ValidationError, OverflowError) as problem:
            raise ValueError(value) from problem

    def _canonical(self, value: object) -> object:
        if not self.one_of or value in self.one_of:
            return value
        for choice in self.one_of:
            if str(choice).casefold() == str(value).strip().casefold():
                return choice
        raise ValueError(value)

    def _within_bounds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


def leaves_of(section: type, prefix: str = "") -> Iterator[Leaf]:
    """The settable keys of a section and of the sections inside it, in the order of declaration."""
    kinds = get_type_hints(section)
    for field in fields(section):
        path, kind = prefix + field.name, kinds[field.name]
        if is_dataclass(kind):
            assert isinstance(kind, type)
            yield from leaves_of(kind, path + ".")
        elif not field.metadata.get("derived"):
            yield _leaf(path, kind, field)


def _leaf(path: str, kind: object, field: "Field[Any]") -> Leaf:
    about = field.metadata
    return Leaf(
        path=path,
        kind=kind,
        default=None if field.default is MISSING else field.default,
        env=about.get("env") or _LIVE_VARIABLES.get(path, ""),
        secret=about.get("secret", False),
        at_least=about.get("at_least"),
        at_most=about.get("at_most"),
        one_of=about.get("one_of", ()),
    )


@cache
def all_leaves() -> Mapping[str, Leaf]:
    """Every key of the configuration by its path."""
    return MappingProxyType({leaf.path: leaf for leaf in leaves_of(UnifiedConfig)})
