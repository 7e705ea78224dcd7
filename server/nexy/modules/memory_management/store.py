"""The memory in the database; every row of a person is read and written with that person's claims."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Claims, Database, Row, Transaction
from nexy.contracts.memory import Fact, MemoryContext
from nexy.modules.memory_management.facts import Added, Change, KnownFact, Withdrawn
from nexy.utils.device_identity import hardware_hash
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.memory_management")


class MemoryStore:
    """Facts and short-term context, by person; all calls raise `Unavailable` while the database is away."""

    def __init__(self, database: Database, clock: Clock, config: MemoryConfig) -> None:
        self._database = database
        self._clock = clock
        self._config = config

    async def person_of(self, hardware_id: str, *, make: bool = False) -> str | None:
        """The id of the device's person; None for a device never seen, unless one is to be made."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["make_person" if make else "find_person"], hardware_hash(hardware_id))
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

    async def change(
        self, person: str, turn_id: str, decide: Callable[[Sequence[KnownFact]], Sequence[Change]],
        continue_short_term: Callable[[str], str],
    ) -> int:  # fmt: skip
        """Decide with the facts at hand and write, in one transaction that no other writer of the person shares."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            await transaction.fetch(_SQL["one_writer"], person)
            changes = decide(await _active(transaction, person))
            for change in changes:
                await _write(transaction, person, turn_id, change)
            recently = continue_short_term(await self._short_term(transaction, person))
            now = self._clock.now()
            await transaction.execute(_SQL["write_short_term"], uuid.UUID(person), recently or None, now)
        return len(changes)

    async def list_facts(self, person: str, *, history: bool) -> Sequence[Fact]:
        """Oldest first; a forgotten one has no text."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            rows = await transaction.fetch(_SQL["all_facts"], uuid.UUID(person), history)
        return [
            Fact(
                fact_id=str(row["id"]),
                text=str(row["content"] or ""),
                state=str(row["state"]),
                learned_at=_iso(row["created_at"]),
            )
            for row in rows
        ]

    async def forget(self, person: str, meant: Callable[[KnownFact], bool] | None) -> int:
        """Overwrite the facts that are meant, history included, all of them with None; the talk's context goes too."""
        async with self._database.transaction(Claims(user_id=person)) as transaction:
            await transaction.fetch(_SQL["one_writer"], person)
            await transaction.execute(_SQL["clear_short_term"], uuid.UUID(person))
            ids: list[uuid.UUID] = []
            if meant is not None:
                rows = await transaction.fetch(_SQL["all_facts"], uuid.UUID(person), True)
                ids = [uuid.UUID(str(row["id"])) for row in rows if row["content"] and meant(_known(row))]
                if not ids:
                    return 0
            return await transaction.execute(_SQL["forget_facts"], uuid.UUID(person), ids)

    async def _short_term(self, transaction: Transaction, person: str) -> str:
        faded = self._clock.now() - timedelta(seconds=self._config.short_term_idle_seconds)
        rows = await transaction.fetch(_SQL["read_short_term"], uuid.UUID(person), faded)
        return str(rows[0]["content"]) if rows else ""


async def _active(transaction: Transaction, person: str) -> Sequence[KnownFact]:
    return [_known(row) for row in await transaction.fetch(_SQL["active_facts"], uuid.UUID(person))]


def _known(row: Row) -> KnownFact:
    return KnownFact(fact_id=str(row["id"]), subject=str(row["subject"] or ""), text=str(row["content"]))


async def _write(transaction: Transaction, person: str, turn_id: str, change: Change) -> None:
    owner = uuid.UUID(person)
    match change:
        case Added():
            fact_id = uuid.uuid4()
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
