"""What is remembered about a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryContext:
    """What a turn is told: lasting facts, and what the talk is about now (empty after two quiet hours)."""

    facts: Sequence[str] = ()
    short_term: str = ""

    @property
    def text(self) -> str:
        """Both as one text for a prompt; empty when nothing is remembered."""
        lasting = "\n".join(f"- {fact}" for fact in self.facts)
        return "\n".join(part for part in (lasting, self.short_term) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Request[MemoryContext]):
    """Read a device's memory; raises `Unavailable` without a database."""

    hardware_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnFromTurn(Request[int]):
    """Analyse a finished turn with the old memory at hand; returns how many facts changed.

    An ordinary turn never erases a fact, and what looks like a secret is not stored.
    """

    hardware_id: str
    turn_id: str
    prompt: str
    answer: str
    old: MemoryContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One remembered fact with its history: `state` is active, corrected, withdrawn or forgotten."""

    fact_id: str
    text: str
    state: str
    learned_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts(Request[Sequence[Fact]]):
    """Everything remembered about a device's person; with `history` also what no longer holds."""

    hardware_id: str
    history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Request[int]):
    """Overwrite matching facts with NULL (all of them where `about` is empty); returns how many."""

    hardware_id: str
    about: str = ""
