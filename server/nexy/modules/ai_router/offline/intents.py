"""What a person can want from the offline brain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from nexy.contracts.code_hits import Hit
from nexy.contracts.turn import JsonValue


class Topic(StrEnum):
    """What is answered by words alone."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HOW_ARE_YOU = "how_are_you"
    WHO_ARE_YOU = "who_are_you"
    HELP = "help"
    MANUAL = "manual"
    MEMORY = "memory"
    REMEMBER = "remember"
    NOT_REMEMBERED = "not_remembered"
    TIME = "time"
    WHOSE_MESSAGES = "whose_messages"
    WHOM_TO_WRITE = "whom_to_write"
    WHAT_TO_WRITE = "what_to_write"
    UNKNOWN = "unknown"


class NoResult(StrEnum):
    """Why a sum has no answer."""

    DIVISION_BY_ZERO = "division by zero"
    NOT_REAL = "not real"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command of the catalogue, its arguments as the person said them."""

    command: str
    args: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Remembered facts that answer her question."""

    facts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePlaces:
    """Places of indexed code that she asks for, the likeliest first."""

    hits: Sequence[Hit]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion:
    """Which day it is, so many days from today."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SumQuestion:
    """A sum, already done: decimal digits with a point; `exact` is false where they had to be rounded."""

    value: str
    exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpossibleSum:
    """A sum without a result."""

    reason: NoResult


Intent = Act | Topic | Told | CodePlaces | DateQuestion | SumQuestion | ImpossibleSum
