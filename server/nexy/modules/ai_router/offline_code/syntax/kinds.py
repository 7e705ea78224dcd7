"""The names that each grammar gives to its nodes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

_SAME = {"javascript": "typescript", "tsx": "typescript"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Names of nodes by what they are to us; see kinds.toml."""

    functions: frozenset[str]
    classes: frozenset[str]
    imports: frozenset[str]
    ifs: frozenset[str]
    loops: frozenset[str]
    nests: frozenset[str]
    decides: frozenset[str]
    logic: frozenset[str]
    blocks: frozenset[str]
    jumps: frozenset[str]
    throws: frozenset[str]
    catches: frozenset[str]
    calls: frozenset[str]
    comments: frozenset[str]
    strings: frozenset[str]
    names: frozenset[str]
    declares: frozenset[str]
    assigns: frozenset[str]
    others: frozenset[str]

    @property
    def every(self) -> frozenset[str]:
        """All of them."""
        return frozenset().union(*(getattr(self, field.name) for field in fields(self)))


@cache
def _tables() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((files(__package__) / "kinds.toml").read_text(encoding="utf-8"))


@cache
def kinds_of(language: str) -> Kinds:
    """Those of one language that has a grammar here."""
    table = _tables()[_SAME.get(language, language)]
    return Kinds(**{name: frozenset(kinds) for name, kinds in table.items()})
