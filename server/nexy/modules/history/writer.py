"""Writes what the outbox kept, in the order in which it happened; writing it twice changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import msgspec

from nexy.contracts.database import Transaction
from nexy.contracts.history import TurnOutcome
from nexy.contracts.outbox import Record
from nexy.modules.history.entries import RunEntry, TurnEntry, entry_of
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.history")
_TABLES = ("keep_sessions", "keep_commands", "keep_answers", "keep_screenshots", "keep_metrics")


async def write_history(transaction: Transaction, records: Sequence[Record]) -> None:
    """The applier of this module: a run's end closes only the sessions of the turns before it."""
    entries = (entry_of(record) for record in records)
    for are_turns, together in groupby(entries, key=lambda entry: entry.turn is not None):
        if are_turns:
            await _write_turns(transaction, [entry.turn for entry in together if entry.turn])
        else:
            await _close_runs(transaction, [entry.run for entry in together if entry.run])


async def _write_turns(transaction: Transaction, turns: Sequence[TurnEntry]) -> None:
    persons = await _persons(transaction, turns)
    # A statement may touch a row once: of two records of one turn the cut one tells how it ended.
    endings = {turn.id: turn for turn in sorted(turns, key=lambda turn: turn.outcome is not TurnOutcome.COMPLETE)}
    everything = _rows(turns, persons)
    for table in _TABLES:
        rows = _rows(endings.values(), persons) if table == "keep_answers" else everything
        await transaction.execute(_SQL[table], rows)


async def _persons(transaction: Transaction, turns: Iterable[TurnEntry]) -> Mapping[str, str]:
    # Sorted: two servers that write at once take the rows of devices in the same order.
    devices = sorted({turn.device for turn in turns})
    rows = await transaction.fetch(_SQL["persons"], devices)
    return {str(row["device"]): str(row["person"]) for row in rows}


def _rows(turns: Iterable[TurnEntry], persons: Mapping[str, str]) -> str:
    rows = [{**msgspec.to_builtins(turn), "person": persons[turn.device]} for turn in turns]
    return msgspec.json.encode(rows).decode()


async def _close_runs(transaction: Transaction, runs: Sequence[RunEntry]) -> None:
    for run in runs:
        await transaction.execute(_SQL["close_run"], run.server, run.mark.value, run.at.isoformat())
