"""What happens without anybody asking: quiet sessions end, old pictures go."""

import asyncio
import logging
from collections.abc import Callable

from nexy.config.history_section import HistoryConfig
from nexy.contracts.clock import Clock
from nexy.contracts.database import SERVICE, Database
from nexy.contracts.errors import NexyError
from nexy.modules.history.pictures import Pictures
from nexy.utils.named_sql import named_sql

_log = logging.getLogger("nexy.history")
_SQL = named_sql("nexy.modules.history")


class Retention:
    """Sweeps again and again; a sweep that fails is told and tried again with the next one."""

    def __init__(
        self, config: HistoryConfig, server: str, database: Callable[[], Database], pictures: Pictures, clock: Clock
    ) -> None:
        self._config = config
        self._server = server
        self._database = database
        self._pictures = pictures
        self._clock = clock

    async def run(self) -> None:
        """Sweep at once and then every `sweep_seconds`."""
        while True:
            try:
                await self.sweep()
            except (NexyError, OSError) as problem:
                context = {"decision": "degrade", "ctx": {"error": type(problem).__name__}}
                _log.warning("a sweep of the history failed: %s", problem, extra=context)
            await asyncio.sleep(self._config.sweep_seconds)

    async def sweep(self) -> None:
        """Files first: they go even while the database is away."""
        await self._pictures.remove_expired(self._clock.now())
        async with self._database().transaction(SERVICE) as transaction:
            await transaction.execute(_SQL["expire_screenshots"])
            await transaction.execute(_SQL["end_idle_sessions"], self._server, self._config.session_idle_seconds)
            await transaction.execute(_SQL["abandon_strays"], self._server)
