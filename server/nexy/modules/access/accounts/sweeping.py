"""Sessions that are long over are taken away: nobody can come in by them, and every sign-in leaves one."""

from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Database
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.accounts")
_AT_ONCE = 100


class Sweeping:
    """Every `sweep_seconds`, and sooner where one piece was not all."""

    def __init__(self, database: Database, clock: Clock, sweep_seconds: float) -> None:
        self._database = database
        self._clock = clock
        self._sweep_seconds = sweep_seconds
        self._swept_at = clock.monotonic()

    async def sweep_in_time(self) -> None:
        """Take a piece away where it is time to; raises `Unavailable` while the database is away."""
        now = self._clock.monotonic()
        if now - self._swept_at >= self._sweep_seconds and await self.sweep() < _AT_ONCE:
            self._swept_at = now

    async def sweep(self) -> int:
        """Take a piece away; how many sessions it had."""
        async with self._database.transaction(SERVICE) as transaction:
            (row,) = await transaction.fetch(_SQL["sweep_sessions"], _AT_ONCE)
        return int(str(row["swept"]))
