"""What lies near a question's vector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nexy.modules.code_search.postings.asking import Singles
from nexy.modules.code_search.searching.index_folders import IndexFolders
from nexy.modules.code_search.searching.open_indexes import OpenProject
from nexy.modules.code_search.vectors.matrix import Near
from nexy.modules.code_search.vectors.near import AskedIndex, NearSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """One entry per project, None where it has no vectors of the model; `left_out` says why, by project's name."""

    near: Sequence[Near | None] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


class NearestPieces(Protocol):
    """Compares vectors, wherever they are kept."""

    async def near(self, vector: Singles, model: str, projects: Sequence[OpenProject], user_id: str) -> Nearest:
        """The nearest documents of each project; raises `Unavailable` where nothing can be compared now."""
        ...


class StoredVectors:
    """`NearestPieces` over what the indexing runs stored."""

    def __init__(self, search: NearSearch, folders: IndexFolders) -> None:
        self._search = search
        self._folders = folders

    async def near(self, vector: Singles, model: str, projects: Sequence[OpenProject], user_id: str) -> Nearest:
        """See `NearestPieces.near`."""
        found = await self._search.near(vector, model, [self._asked(one) for one in projects], user_id)
        near = [found.by_project.get(one.project.id) for one in projects]
        return Nearest(near=near, left_out=found.left_out)

    def _asked(self, one: OpenProject) -> AskedIndex:
        project = one.project
        return AskedIndex(
            project_id=project.id,
            name=project.name,
            revision=project.revision,
            folder=self._folders.of(project.id, project.revision),
            index=one.index,
        )
