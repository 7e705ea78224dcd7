"""A ledger in memory behind the Database port, and an outbox over a folder of the test."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from nexy.config.outbox_section import OutboxConfig, OutboxSection
from nexy.contracts.database import Claims
from nexy.contracts.errors import Unavailable
from nexy.contracts.outbox import Keep, Record, RegisterApplier
from nexy.modules.outbox.module import OutboxModule
from support.peers import FakePeers


def records(*keys: object, kind: str = "usage") -> list[Record]:
    return [Record(kind=kind, key=str(key), body=f'{{"of":"{key}"}}'.encode()) for key in keys]


class LedgerTransaction:
    """What one transaction wrote so far."""

    def __init__(self) -> None:
        self.rows: list[Record] = []

    async def fetch(self, query: str, *values: object) -> Sequence[Any]:
        return []

    async def execute(self, query: str, *values: object) -> int:
        return 0


class Ledger:
    """`Database` that keeps a row by its key, can be away, and loses what was not committed."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.written: list[str] = []
        self.transactions = 0
        self.away = False
        self.poison: dict[str, Exception] = {}
        self.die_before_commit = 0

    @asynccontextmanager
    async def transaction(self, claims: Claims) -> AsyncIterator[LedgerTransaction]:
        if self.away:
            raise Unavailable("the database does not answer")
        assert claims.service
        self.transactions += 1
        transaction = LedgerTransaction()
        yield transaction
        if self.die_before_commit:
            self.die_before_commit -= 1
            raise Unavailable("the connection was lost")
        for record in transaction.rows:
            if record.key not in self.rows:
                self.written.append(record.key)
            self.rows.setdefault(record.key, record.body)

    async def apply(self, transaction: Any, batch: Sequence[Record]) -> None:
        for record in batch:
            if record.key in self.poison:
                raise self.poison[record.key]
            transaction.rows.append(record)


@asynccontextmanager
async def outbox(
    home: Path, ledger: Ledger | None = None, kinds: Sequence[str] = ("usage",), **values: Any
) -> AsyncIterator[OutboxModule]:
    """A started outbox, quick to drain; without a ledger the server has no database."""
    config = OutboxConfig(**{"drain_seconds": 0.001, "retry_seconds": 0.001, "linger_seconds": 0.001, **values})
    module = OutboxModule()
    try:
        await module.initialize(OutboxSection(home=str(home), config=config), peers_with(ledger))
        for kind in kinds if ledger is not None else ():
            await module.process(RegisterApplier(kind=kind, applier=ledger.apply))  # type: ignore[union-attr]
        yield module
    finally:
        await module.cleanup()


def peers_with(ledger: Ledger | None) -> FakePeers:
    return FakePeers(database=ledger) if ledger is not None else FakePeers()


async def keep(module: OutboxModule, *keys: object, durable: bool = True, kind: str = "usage") -> None:
    await module.process(Keep(records=records(*keys, kind=kind), durable=durable))
