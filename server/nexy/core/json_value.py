"""JSON values built from tokens, without recursion and within bounds."""

import math
import re
from enum import StrEnum

from nexy.contracts.turn import JsonValue

MAX_VALUE_BYTES = 64 * 1024
MAX_DEPTH = 32

_LITERALS: dict[str, JsonValue] = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class Flaw(StrEnum):
    """Why a value cannot be used."""

    INCOMPLETE = "incomplete"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"


def scalar_value(raw: str) -> JsonValue:
    """The number, truth value or null that `raw` spells; raises `ValueError` for anything else."""
    if raw in _LITERALS:
        return _LITERALS[raw]
    number = _NUMBER.fullmatch(raw)
    if number is None:
        raise ValueError("not a JSON scalar")
    if number[1] is None and number[2] is None:
        return int(raw)
    value = float(raw)
    if not math.isfinite(value):
        raise ValueError("out of range")
    return value


class ValueBuilder:
    """One value in the making; after the first flaw it only swallows, and `value` is None."""

    def __init__(self) -> None:
        self.flaw: Flaw | None = None
        self.size = 0
        self._value: JsonValue = None
        self._open: list[dict[str, JsonValue] | list[JsonValue]] = []
        self._names: list[str | None] = []

    @property
    def value(self) -> JsonValue:
        """What was built, None when flawed."""
        return None if self.flaw else self._value

    def spoil(self, flaw: Flaw) -> None:
        """Give the value up; the first reason stays."""
        if self.flaw is None:
            self.flaw = flaw
            self._value = None
            self._open.clear()

    def grow(self, size: int) -> None:
        """Count bytes of source against the bound."""
        self.size += size
        if self.size > MAX_VALUE_BYTES:
            self.spoil(Flaw.TOO_LARGE)

    def begin(self, bracket: str) -> None:
        """Open an object or a list."""
        if len(self._open) >= MAX_DEPTH:
            self.spoil(Flaw.TOO_DEEP)
        if self.flaw is None:
            container: dict[str, JsonValue] | list[JsonValue] = {} if bracket == "{" else []
            self.put(container)
            self._open.append(container)
            self._names.append(None)

    def name(self, key: str) -> None:
        """Name the next value of the innermost object."""
        if self.flaw is None:
            self._names[-1] = key

    def put(self, value: JsonValue) -> None:
        """Add a value where it belongs; a repeated name keeps the last."""
        if self.flaw is not None:
            return
        if not self._open:
            self._value = value
            return
        container = self._open[-1]
        if isinstance(container, list):
            container.append(value)
            return
        name = self._names[-1]
        if name is None:
            self.spoil(Flaw.MALFORMED)
            return
        container[name] = value
        self._names[-1] = None

    def end(self) -> None:
        """Close the innermost object or list; a name left without its value is a flaw."""
        if self.flaw is None:
            self._open.pop()
            if self._names.pop() is not None:
                self.spoil(Flaw.MALFORMED)
