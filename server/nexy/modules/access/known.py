"""What those who let callers in ask of what is known by heart."""

from typing import Protocol

from nexy.contracts.access import Caller
from nexy.contracts.errors import NexyError


class Departed(Protocol):
    """Who was let in and may come in no more."""

    def has(self, caller: Caller) -> bool:
        """Whether the account is disabled or the session has ended."""
        ...


class Freshness(Protocol):
    """How much is known, and who can have another look at the database."""

    @property
    def problem(self) -> NexyError | None:
        """Why nothing is known yet."""
        ...

    async def fresh(self) -> None:
        """Wait for a look that begins after now, and never for long."""
        ...
