"""Which providers are asked for which work: live values, read for every question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

PROVIDERS = ("claude", "openai", "gemini", "ollama")
"""Every source of words that a rule can name; the offline brain closes every chain without being named."""

OFFLINE = "offline"
"""The brain that needs no model."""


class Prefer(StrEnum):
    """In which order a rule's providers are asked."""

    ORDER = "order"
    FAST = "fast"
    CHEAP = "cheap"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Providers for tasks that fit; an empty set fits everything, the first rule that fits is taken.

    `models` gives a provider another model than its configured one. `prefer` may put the fastest of late or the
    cheapest first; what is not known of a provider leaves it behind the others, in the order written.
    """

    providers: Sequence[str]
    task_types: frozenset[str] = frozenset()
    complexities: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    models: Mapping[str, str] = field(default_factory=dict)
    prefer: Prefer = Prefer.ORDER
    origin: str = ""

    def fits(self, task_type: str, complexity: str, language: str) -> bool:
        """Whether it is for such a task; the language is given in small letters."""
        return (
            (not self.task_types or task_type in self.task_types)
            and (not self.complexities or complexity in self.complexities)
            and (not self.languages or language in self.languages)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTable:
    """The rules in force, in order."""

    rules: Sequence[RoutingRule] = ()

    def rule_for(self, task_type: str, complexity: str = "", language: str = "") -> RoutingRule | None:
        """The first rule that fits."""
        spoken = language.lower()
        return next((rule for rule in self.rules if rule.fits(task_type, complexity, spoken)), None)
