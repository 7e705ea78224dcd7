"""One person's memory while it is being changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import MemoryContext
from nexy.modules.memory_management.facts import Added, Change, KnownFact, Withdrawn
from nexy.modules.memory_management.lessons import Lesson
from nexy.modules.memory_management.merge import merge
from nexy.modules.memory_management.short_term import with_exchange


@dataclass(slots=True, kw_only=True)
class Mind:
    """What holds now, oldest first, and what the talk is about; it follows every change that is written."""

    person: UUID
    facts: list[KnownFact] = field(default_factory=list)
    short_term: str = ""

    def learn(self, lesson: Lesson, config: MemoryConfig) -> Sequence[Change]:
        """Take the lesson in; what of it is to be written."""
        changes = merge(self.facts, lesson.ops, config)
        for change in changes:
            self._follow(change)
        self.short_term = with_exchange(self.short_term, lesson.turn.prompt, lesson.turn.answer, config)
        return changes

    def _follow(self, change: Change) -> None:
        match change:
            case Added():
                self._drop(change.replaces)
                self.facts.append(KnownFact(fact_id=change.fact_id, subject=change.subject, text=change.text))
            case Withdrawn():
                self._drop(change.fact_id)
            case _:
                assert_never(change)

    def _drop(self, fact_id: str | None) -> None:
        self.facts = [fact for fact in self.facts if fact.fact_id != fact_id]

    def context(self, at_most: int) -> MemoryContext:
        """What the next turn is told: the newest facts, oldest first."""
        return MemoryContext(facts=tuple(fact.text for fact in self.facts[-at_most:]), short_term=self.short_term)
