"""What must last and must not be waited for: kept in an append-only file, drained to PostgreSQL."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nexy.contracts.database import Transaction
from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing to keep: `kind` names who drains it, `key` makes a repeat harmless, `body` is JSON."""

    kind: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Request[None]):
    """Append the records in order; with `durable` the reply comes after the group's fsync.

    Raises `Unavailable` (disk full, folder gone) when they could not be kept: then nothing may be acknowledged.
    """

    records: Sequence[Record]
    durable: bool = True


Applier = Callable[[Transaction, Sequence[Record]], Awaitable[None]]
"""Writes records of one kind in one transaction; applying the same key twice must change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterApplier(Request[None]):
    """Say once, at start, who writes the records of a kind; what a killed server left behind is drained then."""

    kind: str
    applier: Applier


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainNow(Request[int]):
    """Drain everything kept so far and return how many records are still waiting (0 unless the database is away)."""

    timeout_seconds: float = 5.0
