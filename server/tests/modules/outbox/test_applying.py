"""Which records go into the database, which into quarantine, and when neither."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import DeadlineExceeded, Internal, NexyError, PermissionDenied, Unavailable, ValidationFailed
from nexy.contracts.outbox import Record
from nexy.modules.outbox.applying import apply
from support.outbox import Ledger, records


@given(st.integers(1, 40), st.data())
async def test_exactly_the_poisoned_records_are_left(count: int, data: st.DataObject) -> None:
    """Wherever they stand in the batch, and however many they are; the others are written in their order."""
    bad = data.draw(st.sets(st.integers(0, count - 1)))
    ledger = Ledger()
    ledger.poison = {str(key): ValidationFailed("bad") for key in bad}
    poisoned = await apply(lambda: ledger, ledger.apply, records(*range(count)))
    assert [item.record.key for item in poisoned] == [str(key) for key in sorted(bad)]
    assert ledger.written == [str(key) for key in range(count) if key not in bad]


async def test_one_poisoned_record_costs_few_transactions() -> None:
    """The batch is halved, not taken apart."""
    ledger = Ledger()
    ledger.poison["300"] = ValidationFailed("bad")
    assert len(await apply(lambda: ledger, ledger.apply, records(*range(500)))) == 1
    assert ledger.transactions < 25


@pytest.mark.parametrize("failure", [Unavailable("away"), DeadlineExceeded("slow"), ConnectionResetError()])
async def test_a_database_that_is_away_poisons_nothing(failure: Exception) -> None:
    """What may work later is raised at once, and nothing is taken apart."""
    ledger = Ledger()
    ledger.poison["3"] = failure
    with pytest.raises(type(failure)):
        await apply(lambda: ledger, ledger.apply, records(*range(10)))
    assert ledger.transactions == 1


@pytest.mark.parametrize("failure", [PermissionDenied("no right"), Internal("no such table"), RuntimeError("odd")])
async def test_a_database_that_is_wrong_poisons_nothing(failure: Exception) -> None:
    """Where not one record passes for a reason that is not its own, all of them stay in the outbox."""
    ledger = Ledger()
    ledger.poison = {str(key): failure for key in range(4)}
    with pytest.raises(Unavailable, match="refuses records"):
        await apply(lambda: ledger, ledger.apply, records(*range(4)))


async def test_records_that_are_all_at_fault_do_not_wait_for_better_ones() -> None:
    """A lone bad record would otherwise hold the outbox for ever."""
    ledger = Ledger()
    ledger.poison["0"] = ValueError("no number")
    assert len(await apply(lambda: ledger, ledger.apply, records(0))) == 1


async def test_a_database_that_dies_in_the_middle_of_the_halves_poisons_nothing() -> None:
    """Odd failures count only while an empty transaction still goes through."""
    ledger = Ledger()
    dead: list[bool] = []

    async def dying(transaction: Any, batch: Sequence[Record]) -> None:
        if dead or "2" in {record.key for record in batch}:
            if len(batch) == 1:
                dead.append(True)
            raise RuntimeError("the driver is confused")
        await ledger.apply(transaction, batch)

    with pytest.raises(Unavailable, match="RuntimeError"):
        await apply(lambda: ledger, dying, records(*range(4)))


async def test_a_refusal_names_no_content() -> None:
    """What an operator reads is the driver's reason, never a row."""
    ledger = Ledger()
    ledger.poison = {"secret": RuntimeError("DETAIL: (secret body)")}
    with pytest.raises(NexyError) as refused:
        await apply(lambda: ledger, ledger.apply, records("secret"))
    assert "secret" not in refused.value.message
