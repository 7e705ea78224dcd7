"""The database as a port; driver, pool, migrations and the embedded server stay inside `modules/database`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from nexy.contracts.errors import ErrorType, NexyError
from nexy.contracts.request import Request

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Whose rows a transaction may see: one person's, or with `service` every row (ledger drains, reports).

    With a `role` of the REST door it has that role's rights and no others, and less time for each statement; without
    one it has those of the app.
    """

    user_id: str = ""
    service: bool = False
    role: str = ""


SERVICE = Claims(service=True)


class StatementRefused(NexyError):
    """What PostgreSQL has against a statement in a role of the REST door, in its own words.

    `message`, `details` and `hint` may repeat what the caller sent: they are for the caller alone, and never logged.
    `constraint` is the name of the rule that was broken.
    """

    error_type = ErrorType.VALIDATION_FAILED

    def __init__(
        self,
        sqlstate: str,
        message: str,
        *,
        details: str | None = None,
        hint: str | None = None,
        constraint: str | None = None,
    ) -> None:
        super().__init__(message, code="database_statement")
        self.sqlstate = sqlstate
        self.details = details
        self.hint = hint
        self.constraint = constraint


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

        Raises `Unavailable` while no connection can be had within the configured time; with a role of the REST door
        `StatementRefused` for whatever PostgreSQL refuses.
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
