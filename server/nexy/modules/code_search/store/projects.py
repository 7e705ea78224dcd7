"""Projects: found or made, described, forgotten."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from nexy.contracts.code_search import IndexFacts, IndexProgress, IndexStage, IndexState, SelfTest
from nexy.contracts.database import SERVICE, Claims, Database, Row
from nexy.contracts.errors import NotFound, Unavailable
from nexy.modules.code_search.store.model import Lease, Project
from nexy.modules.code_search.store.rows import counts, number, seconds
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.code_search.store", "projects.sql")


class ProjectStore:
    """The rows of `code_projects`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, owner_id: str, name: str, source: str) -> Project:
        """The owner's project of this name, made where there is none; without an owner it is a public one."""
        owner = uuid.UUID(owner_id) if owner_id else None
        async with self._database.transaction(SERVICE) as transaction:
            added = await transaction.execute(_SQL["add"], owner, name, source)
            rows = await transaction.fetch(_SQL["find_named"], owner, name)
        if not rows:
            raise Unavailable(f"{name} was removed meanwhile; try again", code="project_not_found")
        return Project(
            id=str(rows[0]["id"]), name=name, source=str(rows[0]["source"]), owner_id=owner_id, is_new=bool(added)
        )

    async def move(self, project: Project, source: str) -> None:
        """From now on it is read from there."""
        async with self._database.transaction(SERVICE) as transaction:
            await transaction.execute(_SQL["move"], uuid.UUID(project.id), source)

    async def newest(self, project_id: str) -> tuple[str, int]:
        """The branch and the number of its newest complete revision; 0 where there is none. Raises `NotFound`."""
        async with self._database.transaction(SERVICE) as transaction:
            rows = await transaction.fetch(_SQL["newest"], uuid.UUID(project_id))
        if not rows:
            raise NotFound("The project was removed meanwhile.", code="project_not_found")
        return str(rows[0]["branch"]), number(rows[0], "revision")

    async def facts(self, claims: Claims) -> Sequence[IndexFacts]:
        """Every project that these claims show, by name."""
        async with self._database.transaction(claims) as transaction:
            return [_facts(row) for row in await transaction.fetch(_SQL["facts"])]

    async def remove(self, lease: Lease) -> None:
        """Forget it; contents and files go with it."""
        async with self._database.transaction(SERVICE) as transaction:
            await transaction.execute(_SQL["remove"], uuid.UUID(lease.project.id), lease.fence)


def _facts(row: Row) -> IndexFacts:
    moment = row["published_at"]
    assert moment is None or isinstance(moment, datetime)
    held = bool(row["held"])
    return IndexFacts(
        project_id=str(row["id"]),
        project=str(row["name"]),
        source=str(row["source"]),
        owner_id=str(row["user_id"] or ""),
        public=bool(row["public"]),
        branch=str(row["branch"]),
        revision=number(row, "revision"),
        state=_state(str(row["state"]), held=held),
        stale=row["state"] != IndexState.READY,
        files=number(row, "files"),
        chunks=number(row, "chunks"),
        languages=counts(row, "languages"),
        skipped=counts(row, "skipped"),
        masked=number(row, "masked"),
        with_vectors=int(str(row["pieces"] or 0)),
        model=str(row["model"] or ""),
        progress=_progress(row) if held else None,
        heartbeat_seconds=seconds(row, "heartbeat_seconds"),
        problem=str(row["problem"]),
        self_test=_self_test(row),
        indexed_at=moment,
    )


def _state(state: str, *, held: bool) -> IndexState:
    if state == IndexState.INDEXING and not held:
        return IndexState.INTERRUPTED
    return IndexState(state)


def _progress(row: Row) -> IndexProgress | None:
    if not row["stage"]:
        return None
    return IndexProgress(
        stage=IndexStage(str(row["stage"])), done=number(row, "stage_done"), total=number(row, "stage_total")
    )


def _self_test(row: Row) -> SelfTest | None:
    if row["test_query"] is None:
        return None
    rank = int(str(row["test_rank"] or 0))
    return SelfTest(passed=rank > 0, query=str(row["test_query"]), rank=rank)
