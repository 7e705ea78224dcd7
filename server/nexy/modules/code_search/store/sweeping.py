"""What nobody needs any more, and whole projects, taken away in steps that are short."""

import uuid

from nexy.config.code_search_section import CodeIndexingConfig
from nexy.contracts.code_search import IndexProgress
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.store.model import Lease
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.code_search.store", "contents.sql")
_OF_PROJECT = named_sql("nexy.modules.code_search.store", "projects.sql")


class Sweeper:
    """Each step is a transaction of its own; killed between two of them it goes on the next time."""

    def __init__(self, leases: Leases, config: CodeIndexingConfig) -> None:
        self._leases = leases
        self._config = config

    async def sweep(self, lease: Lease, progress: IndexProgress) -> int:
        """Branches that were not indexed and contents that no branch had for `keep_unused_seconds`; how many contents.

        Raises `LeaseLost`.
        """
        key, patience = uuid.UUID(lease.project.id), self._config.keep_unused_seconds
        async with self._leases.writing(lease, progress) as transaction:
            if await transaction.execute(_SQL["sweep_branches"], key, patience):
                await transaction.execute(_SQL["mark_all_unused"], key)
        return await self._in_steps(lease, progress, "sweep_blobs", patience)

    async def clear(self, lease: Lease, progress: IndexProgress) -> None:
        """Everything that the project holds; from the first step on it is an empty one. Raises `LeaseLost`."""
        key = uuid.UUID(lease.project.id)
        async with self._leases.writing(lease, progress) as transaction:
            await transaction.execute(_OF_PROJECT["empty"], key, lease.fence)
            await transaction.execute(_SQL["remove_branches"], key)
        await self._in_steps(lease, progress, "remove_blobs")

    async def _in_steps(self, lease: Lease, progress: IndexProgress, name: str, *values: object) -> int:
        most, removed = self._config.sweep_blobs, 0
        while True:
            async with self._leases.writing(lease, progress) as transaction:
                gone = await transaction.execute(_SQL[name], uuid.UUID(lease.project.id), *values, most)
            removed += gone
            if gone < most:
                return removed
