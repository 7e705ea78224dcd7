"""Who works on a project: one run at a time, by PostgreSQL's clock."""

import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from nexy.config.code_search_section import CodeIndexingConfig
from nexy.contracts.code_search import IndexBusy, IndexProgress
from nexy.contracts.database import SERVICE, Database, Transaction
from nexy.contracts.errors import NotFound, Unavailable
from nexy.modules.code_search.store.model import Lease, Project
from nexy.modules.code_search.store.rows import number, seconds
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.code_search.store", "projects.sql")


class LeaseLost(Unavailable):
    """The run was taken for dead, and another one holds its project by now; what it wrote so far stays of use."""

    def __init__(self, project: str) -> None:
        super().__init__(f"{project} was taken over by another run", code="lease_lost")


class Leases:
    """Takes, keeps and gives back; everything that a run writes goes through `writing`."""

    def __init__(self, database: Database, config: CodeIndexingConfig) -> None:
        self._database = database
        self._config = config

    async def take(self, project: Project) -> Lease:
        """Hold the project for `lease_seconds`; raises `IndexBusy` while another run does."""
        key = uuid.UUID(project.id)
        async with self._database.transaction(SERVICE) as transaction:
            taken = await transaction.fetch(_SQL["take"], key, self._config.lease_seconds)
            if not taken:
                held = await transaction.fetch(_SQL["held_for"], key)
                if not held:
                    raise NotFound(f"{project.name} was removed meanwhile", code="project_not_found")
                raise IndexBusy(project.name, seconds(held[0], "seconds") or 0.0)
        (row,) = taken
        return Lease(
            project=project, fence=number(row, "fence"), revision=number(row, "revision"), branch=str(row["branch"])
        )

    async def renew(self, lease: Lease, progress: IndexProgress) -> None:
        """A sign of life; raises `LeaseLost`."""
        async with self.writing(lease, progress):
            pass

    @asynccontextmanager
    async def writing(self, lease: Lease, progress: IndexProgress) -> AsyncGenerator[Transaction, None]:
        """A transaction that is this run's, and a sign of life; raises `LeaseLost` before anything is written."""
        async with self._database.transaction(SERVICE) as transaction:
            touched = await transaction.execute(
                _SQL["renew"], uuid.UUID(lease.project.id), lease.fence, self._config.lease_seconds,
                progress.stage.value, progress.done, progress.total,
            )  # fmt: skip
            if not touched:
                raise LeaseLost(lease.project.name)
            yield transaction

    async def release(self, lease: Lease, state: str | None, problem: str | None) -> None:
        """Give it back; without a `state` it stays as it is, so that what broke off shows. Harmless when it is lost."""
        async with self._database.transaction(SERVICE) as transaction:
            await transaction.execute(_SQL["release"], uuid.UUID(lease.project.id), lease.fence, state, problem)
