"""The memory in the database: a person's rows are read and forgotten with her claims, what many learnt is one write."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Claims, Database, Row, Transaction
from nexy.contracts.memory import Fact, Learnt, MemoryContext
from nexy.modules.memory_management.facts import Added, Change, KnownFact, Withdrawn
from nexy.modules.memory_management.lessons import Lesson
from nexy.modules.memory_management.mind import Mind
from nexy.utils.device_identity import hardware_hash
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.memory_management")


class MemoryStore:
    """Facts and short-term context, by person; all calls raise `Unavailable` while the database is away."""

    def __init__(self, database: Database, clock: Clock, config: MemoryConfig) -> None:
        self._database = database
        self._clock = clock
        self._config = config

    async def person_of(self, hardware_id: str) -> str | None:
        """The id of the device's person; None for a device that nothing was learnt through."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["find_person"], hardware_hash(hardware_id))
        return str(rows[0]["user_id"]) if rows else None

    async def recall(self, person: str) -> MemoryContext:
        """The newest facts, oldest first, and the short-term context unless it has faded."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            rows = await transaction.fetch(_SQL["newest_facts"], uuid.UUID(person), self._config.recalled_facts)
            recently = await self._short_term(transaction, person)
        return MemoryContext(facts=tuple(str(row["content"]) for row in reversed(rows)), short_term=recently)

    async def active(self, person: str) -> Sequence[KnownFact]:
        """The facts that hold now, oldest first."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            return await _active(transaction, person)

    async def write(self, lessons: Sequence[Lesson]) -> Sequence[Learnt]:
        """Take lessons of many devices in, in their order and in one transaction; a lesson unwanted by then is left.

        The transaction sees all of their persons, so every statement names whose rows it means.
        """
        async with self._database.transaction(SERVICE) as transaction:
            minds = await self._minds(transaction, lessons)
            learnt = [await self._take_in(transaction, minds[_hash(lesson)], lesson) for lesson in lessons]
            talks = list(minds.values())
            ids, said = [mind.person for mind in talks], [mind.short_term or None for mind in talks]
            await transaction.execute(_SQL["write_short_terms"], ids, said, self._clock.now())
        return learnt

    async def _minds(self, transaction: Transaction, lessons: Sequence[Lesson]) -> Mapping[str, Mind]:
        """By device; devices of one person share her mind, which no other writer has until the end."""
        # Sorted: whoever else writes about many takes devices and persons in the same order.
        devices = sorted({_hash(lesson) for lesson in lessons})
        persons = {str(row["device"]): str(row["person"]) for row in await transaction.fetch(_SQL["persons"], devices)}
        await transaction.fetch(_SQL["one_writer_each"], sorted(set(persons.values())))
        minds = {person: Mind(person=uuid.UUID(person)) for person in persons.values()}
        ids = [mind.person for mind in minds.values()]
        for row in await transaction.fetch(_SQL["facts_of_all"], ids):
            minds[str(row["user_id"])].facts.append(_known(row))
        for row in await transaction.fetch(_SQL["short_terms_of_all"], ids, self._faded):
            minds[str(row["user_id"])].short_term = str(row["content"])
        return {device: minds[person] for device, person in persons.items()}

    async def _take_in(self, transaction: Transaction, mind: Mind, lesson: Lesson) -> Learnt:
        if not lesson.wanted:
            return Learnt()
        changes = mind.learn(lesson, self._config)
        for change in changes:
            await _write(transaction, mind.person, lesson.turn.turn_id, change)
        return Learnt(changes=len(changes), memory=mind.context(self._config.recalled_facts))

    async def list_facts(self, person: str, *, history: bool) -> Sequence[Fact]:
        """Oldest first; a forgotten one has no text."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            rows = await transaction.fetch(_SQL["all_facts"], uuid.UUID(person), history)
        return [_fact(row) for row in rows]

    async def forget(
        self, person: str, choose: Callable[[Sequence[KnownFact]], Collection[str]], *, rehearsal: bool
    ) -> Sequence[Fact]:
        """Overwrite the facts that are chosen, history included, and the talk's context; returns them as they were."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            await transaction.fetch(_SQL["one_writer"], person)
            rows = await transaction.fetch(_SQL["all_facts"], uuid.UUID(person), True)
            known = {str(row["id"]): row for row in rows if row["content"]}
            chosen = set(choose([_known(row) for row in known.values()]))
            if not rehearsal:
                await transaction.execute(_SQL["clear_short_term"], uuid.UUID(person))
                await transaction.execute(_SQL["forget_facts"], uuid.UUID(person), [uuid.UUID(one) for one in chosen])
            return [_fact(row) for fact_id, row in known.items() if fact_id in chosen]

    async def _short_term(self, transaction: Transaction, person: str) -> str:
        rows = await transaction.fetch(_SQL["read_short_term"], uuid.UUID(person), self._faded)
        return str(rows[0]["content"]) if rows else ""

    @property
    def _faded(self) -> datetime:
        """A talk that was quiet since then is over."""
        return self._clock.now() - timedelta(seconds=self._config.short_term_idle_seconds)


async def _active(transaction: Transaction, person: str) -> Sequence[KnownFact]:
    return [_known(row) for row in await transaction.fetch(_SQL["active_facts"], uuid.UUID(person))]


def _fact(row: Row) -> Fact:
    return Fact(
        fact_id=str(row["id"]),
        text=str(row["content"] or ""),
        state=str(row["state"]),
        learned_at=_iso(row["created_at"]),
    )


def _known(row: Row) -> KnownFact:
    return KnownFact(fact_id=str(row["id"]), subject=str(row["subject"] or ""), text=str(row["content"]))


def _hash(lesson: Lesson) -> str:
    return hardware_hash(lesson.turn.hardware_id)


async def _write(transaction: Transaction, owner: uuid.UUID, turn_id: str, change: Change) -> None:
    match change:
        case Added():
            fact_id = uuid.UUID(change.fact_id)
            if change.replaces is not None:
                await transaction.execute(_SQL["correct_fact"], owner, uuid.UUID(change.replaces), fact_id)
            await transaction.execute(_SQL["add_fact"], owner, fact_id, change.subject, change.text, _turn(turn_id))
        case Withdrawn():
            await transaction.execute(_SQL["withdraw_fact"], owner, uuid.UUID(change.fact_id))
        case _:
            assert_never(change)


def _turn(turn_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(turn_id)
    except ValueError:
        return None


def _iso(moment: object) -> str:
    return moment.isoformat() if isinstance(moment, datetime) else ""
