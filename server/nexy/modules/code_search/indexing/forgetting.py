"""Projects are forgotten: their rows, their mapped indexes, and the clone that they were read from."""

import shutil
from collections.abc import Sequence

from nexy.contracts.code_search import IndexFacts, RemoveIndex
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NotFound, Unavailable, ValidationFailed
from nexy.modules.code_search.indexing.board import Board
from nexy.modules.code_search.indexing.holding import Hold, holding
from nexy.modules.code_search.indexing.parts import Parts
from nexy.modules.code_search.reading.cloning import clone_folder, held
from nexy.modules.code_search.reading.source import source_of
from nexy.modules.code_search.store.folders import remove_folders
from nexy.modules.code_search.store.model import Project


async def remove(parts: Parts, request: RemoveIndex, seen: Sequence[IndexFacts]) -> IndexFacts:
    """Forget one of the projects that are seen; a person removes her own only. See `RemoveIndex`."""
    facts = _meant(request, seen)
    project = Project(id=facts.project_id, name=facts.project, source=facts.source, owner_id=facts.owner_id)
    async with holding(parts, project, Board(parts.clock)) as hold:
        await forget(parts, hold)
    await _drop_clone(parts, facts.source)
    return facts


async def forget(parts: Parts, hold: Hold) -> None:
    """Everything of a project that this run holds; raises `LeaseLost`."""
    await parts.sweeper.clear(hold.lease, Board(parts.clock).now)
    await parts.projects.remove(hold.lease)
    await parts.threads.run(lambda: remove_folders(parts.home, hold.lease.project.id))


def _meant(request: RemoveIndex, seen: Sequence[IndexFacts]) -> IndexFacts:
    wanted = request.project.strip()
    mine = [one for one in seen if request.everyone or (request.user_id and one.owner_id == request.user_id)]
    found = [one for one in mine if one.project_id == wanted.lower()] or [one for one in mine if one.project == wanted]
    if not found:
        message = f"There is no project {wanted} to remove; `nexy index status` lists them."
        raise NotFound(message, code="project_not_found", field="project")
    # Of several with one name the operator's own is meant.
    meant = [one for one in found if not one.owner_id] or found
    if len(meant) > 1:
        raise ValidationFailed(
            f"project: {len(meant)} persons have a project {wanted}; say whose with --user EMAIL, or name it by its id",
            field="project",
        )
    return meant[0]


async def _drop_clone(parts: Parts, source: str) -> None:
    """What was fetched goes with the last project that was read from it."""
    if any(facts.source == source for facts in await parts.projects.facts(SERVICE)):
        return

    def drop() -> None:
        try:
            named = source_of(source)
            if named.is_url:
                with held(folder := clone_folder(named, parts.home)):
                    shutil.rmtree(folder, ignore_errors=True)
        except (ValidationFailed, Unavailable):
            # A folder that is gone by itself, or somebody fetches again already.
            return

    await parts.threads.run(drop)
