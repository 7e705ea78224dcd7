"""One thing that was noticed in a piece of code."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`rule` names its texts and its weight (rules.toml); `told` fills the texts; lines count from 1."""

    rule: str
    line: int
    told: Mapping[str, str | int] = field(default_factory=dict)


def found(rule: str, line: int, **told: str | int) -> Finding:
    """A finding, briefly written."""
    return Finding(rule=rule, line=line, told=told)
