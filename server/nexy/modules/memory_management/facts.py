"""What a turn can do to what is remembered."""

from dataclasses import dataclass, field
from uuid import uuid4


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Something to remember; where a fact of the same subject holds, this one corrects it."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Something that no longer holds; only a fact that says `about` is meant, any of the subject where it is empty."""

    subject: str
    about: str = ""


FactOp = Keep | Withdraw


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact that holds now."""

    fact_id: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A fact to write; the one that it replaces stays in the history."""

    subject: str
    text: str
    replaces: str | None = None
    fact_id: str = field(default_factory=lambda: str(uuid4()), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A fact that no longer holds and stays in the history."""

    fact_id: str


Change = Added | Withdrawn
