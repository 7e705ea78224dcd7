"""From what a turn said to what changes: fact by fact, and nothing that the turn did not touch."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from nexy.config.memory_management_section import MemoryConfig
from nexy.modules.memory_management.facts import Added, Change, FactOp, Keep, KnownFact, Withdraw, Withdrawn
from nexy.modules.memory_management.one_line import one_line
from nexy.modules.memory_management.private_values import looks_private
from nexy.utils.stems import share, stems

_LONGEST_SUBJECT = 120
_SAME_WORDS = 0.5


def merge(active: Iterable[KnownFact], ops: Sequence[FactOp], config: MemoryConfig) -> Sequence[Change]:
    """The changes in order; a full memory and a full turn take no more, a private or unchanged fact is no change."""
    known = {fact.subject: fact for fact in active}
    changes: dict[str, Change] = {}
    for op in ops:
        subject = one_line(op.subject, _LONGEST_SUBJECT)
        if subject in changes or len(changes) >= config.max_facts_per_turn:
            continue
        change = _change(known.get(subject), subject, op, config)
        if isinstance(change, Added) and change.replaces is None and _is_full(known, changes, config):
            continue
        if change is not None:
            changes[subject] = change
    return tuple(changes.values())


def _change(old: KnownFact | None, subject: str, op: FactOp, config: MemoryConfig) -> Change | None:
    match op:
        case Keep():
            text = one_line(op.text, config.max_fact_characters)
            if not subject or not stems(text) or looks_private(text) or (old is not None and _same(old.text, text)):
                return None
            return Added(subject=subject, text=text, replaces=old.fact_id if old else None)
        case Withdraw():
            if old is None or (op.about and share(op.about, old.text) < _SAME_WORDS):
                return None
            return Withdrawn(fact_id=old.fact_id)
        case _:
            assert_never(op)


def _same(old: str, new: str) -> bool:
    return old.casefold().rstrip(". !") == new.casefold().rstrip(". !")


def _is_full(known: dict[str, KnownFact], changes: dict[str, Change], config: MemoryConfig) -> bool:
    added = sum(isinstance(change, Added) and change.replaces is None for change in changes.values())
    return len(known) + added >= config.max_facts
