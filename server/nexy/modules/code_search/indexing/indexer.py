"""What the index is asked to do: index, tell how it stands, forget."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

from nexy.config.code_search_section import CodeSearchSection
from nexy.contracts.clock import Clock
from nexy.contracts.code_search import (
    DescribeIndexes,
    IndexCode,
    IndexFacts,
    IndexProgress,
    IndexReport,
    IndexStage,
    RemoveIndex,
)
from nexy.contracts.database import SERVICE, Claims, Database
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.request import RequestHandlers
from nexy.modules.code_search.indexing.board import Board
from nexy.modules.code_search.indexing.forgetting import forget, remove
from nexy.modules.code_search.indexing.holding import Hold, holding
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.indexing.parts import EmbedMissing, Find, Parts, no_vectors
from nexy.modules.code_search.indexing.run import Run
from nexy.modules.code_search.model import LONGEST_NAME
from nexy.modules.code_search.reading.model import Source
from nexy.modules.code_search.reading.opening import opened, reserved
from nexy.modules.code_search.reading.source import check_branch, source_of
from nexy.modules.code_search.reading.watching import watch_changes
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.store.model import Project
from nexy.modules.code_search.store.projects import ProjectStore
from nexy.modules.code_search.store.sweeping import Sweeper
from nexy.utils.spare_threads import SpareThreads
from nexy.utils.supervisor import owned_task

# What passes by itself, so that watching waits for it: a full disk or a missing package does not.
_HEALS = frozenset(("index_busy", "lease_lost", "code_index_busy", "database_busy", "database_unavailable"))
_Told = IndexProgress | IndexReport


class Indexer:
    """Owns the thread that reads; `find` is the way of everybody's questions, for the self-test."""

    def __init__(
        self,
        section: CodeSearchSection,
        database: Database,
        clock: Clock,
        *,
        find: Find,
        embed: EmbedMissing = no_vectors,
    ) -> None:
        config = section.config.indexing
        self._threads = SpareThreads(
            "code_index", threads=1, waiting=config.max_runs, retry_seconds=config.heartbeat_seconds
        )
        leases = Leases(database, config)
        self._parts = Parts(
            home=Path(section.home),
            config=section.config,
            clock=clock,
            projects=ProjectStore(database),
            leases=leases,
            contents=ContentStore(database, leases, config),
            sweeper=Sweeper(leases, config),
            threads=self._threads,
            find=find,
            embed=embed,
        )
        self.mapper = Mapper(home=self._parts.home, contents=self._parts.contents, threads=self._threads)

    def register(self, handlers: RequestHandlers) -> None:
        """Answer what is asked of the index."""
        handlers.on(IndexCode, self.index)
        handlers.on(DescribeIndexes, self.describe)
        handlers.on(RemoveIndex, self.remove)

    async def close(self) -> None:
        """Let the batch under way come to its end, and take nothing more."""
        await self._threads.close()

    async def index(self, request: IndexCode) -> AsyncGenerator[_Told, None]:
        """See `IndexCode`; what is wrong with the request is raised at once, the rest by the generator."""
        source = await asyncio.to_thread(source_of, request.source)
        _check(request, source)
        return self._watched(request, source) if request.watch else self._once(request, source)

    async def _watched(self, request: IndexCode, source: Source) -> AsyncGenerator[_Told, None]:
        async with aclosing(watch_changes(Path(source.kept), self._parts.config.reading)) as changes:
            async for _ in changes:
                async with aclosing(self._at_last(request, source)) as run:
                    async for told in run:
                        yield told

    async def _at_last(self, request: IndexCode, source: Source) -> AsyncGenerator[_Told, None]:
        """Once, however long another run or an absent database keeps it waiting; what else is wrong is raised."""
        while True:
            try:
                async with aclosing(self._once(request, source)) as run:
                    async for told in run:
                        yield told
            except Unavailable as problem:
                if problem.code not in _HEALS:
                    raise
                await asyncio.sleep(problem.retry_after_seconds or self._parts.config.indexing.heartbeat_seconds)
            else:
                return

    async def _once(self, request: IndexCode, source: Source) -> AsyncGenerator[_Told, None]:
        board = Board(self._parts.clock)
        async with owned_task(self._run(request, source, board)) as work:
            async with aclosing(board.until(work)) as steps:
                async for progress in steps:
                    yield progress
            yield await work

    async def _run(self, request: IndexCode, source: Source, board: Board) -> IndexReport:
        # The clone first: a project of a repository that another run is at stays as it is.
        with reserved(source, self._parts.home):
            project = await self._project(request, source)
            async with holding(self._parts, project, board) as hold:
                try:
                    return await self._opened(request, source, hold, board)
                except NexyError as problem:
                    # A source that is none, or cannot be reached, leaves no project behind.
                    is_none = isinstance(problem, ValidationFailed) or board.now.stage is IndexStage.FETCH
                    if is_none and project.is_new:
                        await forget(self._parts, hold)
                    raise

    async def _opened(self, request: IndexCode, source: Source, hold: Hold, board: Board) -> IndexReport:
        config, home = self._parts.config.reading, self._parts.home
        board.at(IndexStage.FETCH)

        def told(done: int, total: int) -> None:
            board.at(IndexStage.FETCH, done, total)

        there = await opened(source, home, request.branch, config, told)
        return await Run(self._parts, hold, there, board).go()

    async def _project(self, request: IndexCode, source: Source) -> Project:
        name = request.name.strip() or source.name
        project = await self._parts.projects.ensure(request.owner_id, name, source.kept)
        if project.source != source.kept:
            if not await asyncio.to_thread(_has_gone, project.source):
                raise ValidationFailed(
                    f"name: {name} is the index of {project.source}; give this one another name, or remove that one",
                    field="name",
                )
            await self._parts.projects.move(project, source.kept)
        return project

    async def describe(self, request: DescribeIndexes) -> Sequence[IndexFacts]:
        """See `DescribeIndexes`."""
        return await self._parts.projects.facts(SERVICE if request.everyone else Claims(user_id=request.user_id))

    async def remove(self, request: RemoveIndex) -> IndexFacts:
        """See `RemoveIndex`."""
        seen = await self.describe(DescribeIndexes(user_id=request.user_id, everyone=request.everyone))
        return await remove(self._parts, request, seen)


def _has_gone(source: str) -> bool:
    """Whether it was a folder, which is not there any more; a URL never is one."""
    return Path(source).is_absolute() and not Path(source).exists()


def _check(request: IndexCode, source: Source) -> None:
    name = request.name.strip() or source.name
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ValidationFailed(f"name: at most {LONGEST_NAME} printable characters", field="name")
    if request.branch:
        if not source.is_url:
            raise ValidationFailed("branch: only a repository's URL has one; check the branch out", field="branch")
        check_branch(request.branch)
    if request.watch and source.is_url:
        raise ValidationFailed("watch: only a folder is watched; index the URL again instead", field="watch")
    try:
        uuid.UUID(request.owner_id or str(uuid.UUID(int=0)))
    except ValueError as problem:
        raise ValidationFailed("owner_id must be a UUID", field="owner_id") from problem
