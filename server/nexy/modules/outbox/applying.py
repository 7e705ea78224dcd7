"""Writing records into the database, and finding the one that cannot be written."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nexy.contracts.database import SERVICE, Database
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.outbox import Applier, Record

_OWN_FAULTS = (ValidationFailed, ValueError, LookupError, TypeError, ArithmeticError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisoned:
    """A record that its applier refuses, with what it raised."""

    record: Record
    failure: Exception

    @property
    def own_fault(self) -> bool:
        """Whether the record itself is wrong, rather than the database around it."""
        return isinstance(self.failure, _OWN_FAULTS)


async def apply(database: Callable[[], Database], applier: Applier, records: Sequence[Record]) -> Sequence[Poisoned]:
    """Write the records of one kind; returns those that cannot be written, the others are in the database.

    Raises a retryable `NexyError` while the database is away. Where not one record can be written and the records
    are not plainly at fault, or an empty transaction fails too, the database is taken to be wrong (a missing right,
    an old schema): `Unavailable`.
    """
    poisoned = await _halves(database, applier, records)
    culprit = next((item.failure for item in poisoned if not item.own_fault), None)
    if culprit is not None and (len(poisoned) == len(records) or await _try(database, applier, ())):
        raise Unavailable(f"the database refuses records: {_reason(culprit)}") from culprit
    return poisoned


async def _halves(database: Callable[[], Database], applier: Applier, records: Sequence[Record]) -> list[Poisoned]:
    failure = await _try(database, applier, records)
    if failure is None:
        return []
    if len(records) == 1:
        return [Poisoned(record=records[0], failure=failure)]
    middle = len(records) // 2
    left = await _halves(database, applier, records[:middle])
    return left + await _halves(database, applier, records[middle:])


async def _try(database: Callable[[], Database], applier: Applier, records: Sequence[Record]) -> Exception | None:
    # An applier is another module's code: whatever it raises must not end the drain for everybody.
    (outcome,) = await asyncio.gather(_in_one_transaction(database, applier, records), return_exceptions=True)
    match outcome:
        case None:
            return None
        case NexyError(retryable=True) | OSError():
            raise outcome
        case Exception():
            return outcome
        case _:
            raise outcome


async def _in_one_transaction(database: Callable[[], Database], applier: Applier, records: Sequence[Record]) -> None:
    async with database().transaction(SERVICE) as transaction:
        await applier(transaction, records)


def _reason(failure: Exception) -> str:
    return failure.message if isinstance(failure, NexyError) else type(failure).__name__
