"""What is remembered about a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nexy.contracts.request import Request

MEMORY_MARK = "memory_changed"
"""The mark under a home by which one process tells another that what it remembers has changed."""


class MemoryReach(StrEnum):
    """Whether anything can be kept: yes; no, this server has no memory; not at this moment."""

    KEPT = "kept"
    OFF = "off"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryContext:
    """What a turn is told: lasting facts, and what the talk is about now (empty after two quiet hours)."""

    facts: Sequence[str] = ()
    short_term: str = ""
    reach: MemoryReach = MemoryReach.KEPT

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
class Foreseen:
    """What the rules make of a prompt, so that nothing is promised that is not kept.

    `keeps` are the facts as they will be told; `ends` says that something known is to hold no longer, `private` that
    the prompt looks like a secret.
    """

    keeps: Sequence[str] = ()
    ends: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresee(Request[Foreseen]):
    """Read a prompt as it will be learnt from, without a database and without a model."""

    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """How many facts a turn changed, and the memory as it is now; None where the turn was not learnt after all."""

    changes: int = 0
    memory: MemoryContext | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnFromTurn(Request[Learnt]):
    """Analyse a finished turn with the old memory at hand; what turns at the same time teach is written together.

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
class KnowsDevice(Request[bool]):
    """Whether anybody has ever been learnt about through this device."""

    hardware_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Request[Sequence[Fact]]):
    """Overwrite facts with NULL; returns them as they were.

    Those named by `fact_ids` with what they replaced, else those that `about` means, else all of them; a `rehearsal`
    only tells which.
    """

    hardware_id: str
    about: str = ""
    fact_ids: Sequence[str] = ()
    rehearsal: bool = False
