"""The database as a port; driver, pool, migrations and the embedded server stay inside `modules/database`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from nexy.contracts.request import Request

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Whose rows a transaction may see: one person's, or with `service` every row (ledger drains, reports)."""

    user_id: str = ""
    service: bool = False


SERVICE = Claims(service=True)


class Transaction(Protocol):
    """One transaction, with the claims of its caller in force; `query` is a text of a module's own .sql file."""

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        """All rows."""
        ...

    async def execute(self, query: str, *values: object) -> int:
        """Run a statement and return how many rows it touched."""
        ...


class Database(Protocol):
    """Transactions under row-level security; claims are local to the transaction (set_config(…, true))."""

    def transaction(self, claims: Claims) -> AbstractAsyncContextManager[Transaction]:
        """Commit on a clean exit, roll back on an error or a cancellation.

        Raises `Unavailable` while no connection can be had within the configured time.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """What an operator asks first."""

    version: str
    address: str
    embedded: bool
    schema_version: int
    vectors: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeDatabase(Request[DatabaseFacts]):
    """Ask the module what it is connected to."""
