"""The database as a port; SQL, driver and pool stay inside `modules/database`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

Row = Mapping[str, object]


class Transaction(Protocol):
    """One transaction, with the claims of its caller in force."""

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        """All rows of a named query."""
        ...

    async def execute(self, query: str, *values: object) -> int:
        """Run a named statement and return how many rows it touched."""
        ...

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        """Load many rows at once and return how many."""
        ...


class Database(Protocol):
    """Transactions under row-level security; `claims` are local to the transaction."""

    def transaction(self, claims: Mapping[str, str] | None = None) -> AbstractAsyncContextManager[Transaction]:
        """Commit on a clean exit, roll back on an error or a cancellation."""
        ...
