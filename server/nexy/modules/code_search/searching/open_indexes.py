"""The mapped indexes that are open, and those that are made again because what lies on the disk is no use."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import NexyError, Unavailable
from nexy.modules.code_search.lately import Lately
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.searching.index_folders import IndexFolders
from nexy.modules.code_search.searching.shared_tasks import SharedTasks
from nexy.modules.code_search.searching.visible import VisibleProject
from nexy.utils.spare_threads import SpareThreads
from nexy.utils.supervisor import TaskSupervisor

# Codes of what ails an index itself; the database's troubles and a full queue pass sooner.
_LASTING = "index_"
_log = logging.getLogger("nexy.code_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProject:
    """A project with its index; its revision is the index's own."""

    project: VisibleProject
    index: MappedIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProjects:
    """Those that could be opened, in order, and by name why others could not."""

    there: Sequence[OpenProject]
    missing: dict[str, NexyError] = field(default_factory=dict)

    @property
    def problem(self) -> NexyError:
        """Why nothing is open; several questions may raise the same one."""
        return next(iter(self.missing.values())).with_traceback(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    revision: int
    index: MappedIndex


_Outcome = _Opened | NexyError


class OpenIndexes:
    """Keeps at most `max_open` mapped, the least recently asked goes first; opens off the loop.

    What is damaged or gone is made again once, however many ask and whoever of them gives up; meanwhile an older
    revision answers if it is open, else a question waits no longer than `remake_patience_seconds`. What could not be
    made is tried again after `remake_rest_seconds`.
    """

    def __init__(
        self,
        folders: IndexFolders,
        threads: SpareThreads,
        config: CodeSearchConfig,
        clock: Clock,
        open_index: Callable[[Path], MappedIndex],
    ) -> None:
        self._folders = folders
        self._threads = threads
        self._config = config
        self._open_index = open_index
        self._open: OrderedDict[tuple[str, int], MappedIndex] = OrderedDict()
        self._failed: Lately[tuple[str, int], NexyError] = Lately(clock, config.remake_rest_seconds)
        # One after another, so that many projects leave the threads' queue to others.
        self._open_turn, self._remake_turn = asyncio.Semaphore(), asyncio.Semaphore()
        self._supervisor = TaskSupervisor("code_search_indexes")
        self._opening: SharedTasks[tuple[str, int], _Outcome] = SharedTasks(self._supervisor)
        self._remaking: SharedTasks[str, _Outcome] = SharedTasks(self._supervisor)

    def __len__(self) -> int:
        return len(self._open)

    async def of(self, projects: Sequence[VisibleProject]) -> OpenProjects:
        """The indexes of these projects, which have a complete revision."""
        known = [self._known(project) for project in projects]
        unknown = [project for project, one in zip(projects, known, strict=True) if one is None]
        # Side by side: however many are made again, they are waited for once.
        waited = iter(await asyncio.gather(*map(self._of, unknown)))
        found = [one or next(waited) for one in known]
        there = [one for one in found if isinstance(one, OpenProject)]
        both = zip(projects, found, strict=True)
        return OpenProjects(there=there, missing={one.name: why for one, why in both if isinstance(why, NexyError)})

    async def cleanup(self) -> None:
        """Stop making, and let go of every index."""
        await self._supervisor.cleanup()
        self._open.clear()

    def _known(self, project: VisibleProject) -> OpenProject | None:
        key = (project.id, project.revision)
        if key not in self._open:
            return None
        self._open.move_to_end(key)
        return OpenProject(project=project, index=self._open[key])

    async def _of(self, project: VisibleProject) -> OpenProject | NexyError:
        remaking: asyncio.Task[_Outcome] | NexyError | None = self._remaking.under_way(project.id)
        if remaking is None:
            outcome = await self._opened(project)
            if not isinstance(outcome, IndexDamaged):
                return _answer(project, outcome)
            remaking = self._again(project, outcome)
        if (older := self._older(project)) is not None:
            return older
        return remaking if isinstance(remaking, NexyError) else await self._patiently(project, remaking)

    async def _opened(self, project: VisibleProject) -> _Outcome:
        key = (project.id, project.revision)
        task = self._opening.of(key, partial(self._open_one, *key))
        await asyncio.wait((task,))
        return _outcome(task)

    async def _open_one(self, project_id: str, revision: int) -> _Outcome:
        try:
            async with self._open_turn:
                folder = self._folders.of(project_id, revision)
                index = await self._threads.run(partial(self._open_index, folder))
        except NexyError as problem:
            return problem
        return self._keep(project_id, revision, index)

    def _again(self, project: VisibleProject, damage: IndexDamaged) -> asyncio.Task[_Outcome] | NexyError:
        """Who makes it again, or why it is left alone for now."""
        failed = self._failed.get((project.id, project.revision))
        if failed is not None:
            return failed
        if self._remaking.under_way(project.id) is None:
            context = {"project_id": project.id, "revision": project.revision, "reason": damage.reason}
            _log.warning("index is made again", extra={"decision": "recover", "ctx": context})
        return self._remaking.of(project.id, partial(self._remade, project.id, project.revision))

    async def _remade(self, project_id: str, revision: int) -> _Outcome:
        try:
            async with self._remake_turn:
                made = await self._folders.remake(project_id)
            index = await self._threads.run(partial(self._open_index, made.folder))
        except OSError as problem:
            told = f"the index cannot be written: {problem.strerror}"
            return self._cannot(project_id, revision, Unavailable(told, code="index_remake_failed"))
        except NexyError as problem:
            return self._cannot(project_id, revision, problem)
        return self._keep(project_id, made.revision, index)

    def _cannot(self, project_id: str, revision: int, problem: NexyError) -> NexyError:
        if problem.code.startswith(_LASTING):
            self._failed.put((project_id, revision), problem)
        context = {"project_id": project_id, "revision": revision, "code": problem.code}
        _log.warning("index cannot be made again", extra={"decision": "error", "ctx": context})
        return problem

    async def _patiently(self, project: VisibleProject, task: asyncio.Task[_Outcome]) -> OpenProject | NexyError:
        seconds = self._config.remake_patience_seconds
        done, _ = await asyncio.wait((task,), timeout=seconds)
        if not done:
            told = f"the index of {project.name} is being made again"
            return Unavailable(told, code="index_remade", retry_after_seconds=seconds)
        return _answer(project, _outcome(task))

    def _older(self, project: VisibleProject) -> OpenProject | None:
        """The newest of the project's older revisions that is open; the files are further."""
        older = max((key for key in self._open if key[0] == project.id and key[1] < project.revision), default=None)
        return None if older is None else self._known(replace(project, revision=older[1], stale=True))

    def _keep(self, project_id: str, revision: int, index: MappedIndex) -> _Opened:
        """Older revisions of the same project are asked for no more."""
        for key in [key for key in self._open if key[0] == project_id and key[1] < revision]:
            del self._open[key]
        self._open[project_id, revision] = index
        # Whoever still ranks over one that goes has it mapped until the end of that question.
        while len(self._open) > self._config.max_open:
            self._open.popitem(last=False)
        return _Opened(revision=revision, index=index)


def _outcome(task: asyncio.Task[_Outcome]) -> _Outcome:
    if task.cancelled():
        return Unavailable("The search is stopping.", code="code_search_stopped")
    return task.result()


def _answer(project: VisibleProject, outcome: _Outcome) -> OpenProject | NexyError:
    if isinstance(outcome, NexyError):
        return outcome
    return OpenProject(project=replace(project, revision=outcome.revision), index=outcome.index)
