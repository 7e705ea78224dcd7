"""Making an index again from what the database holds."""

import asyncio
from pathlib import Path

from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.searching.index_folders import Remade
from nexy.modules.code_search.store.folders import index_folder, remove_older


class StoredIndexes:
    """`IndexFolders` below the home of a `Mapper`."""

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper

    def of(self, project_id: str, revision: int) -> Path:
        """See `IndexFolders.of`."""
        return index_folder(self._mapper.home, project_id, revision)

    async def remake(self, project_id: str) -> Remade:
        """See `IndexFolders.remake`."""
        revision = await self._mapper.rebuild(project_id)
        if not revision:
            raise Unavailable("The project has no complete index any more.", code="index_missing")
        # A home whose projects are indexed from another one has nobody else who removes them.
        await asyncio.to_thread(remove_older, self._mapper.home, project_id, but=frozenset((revision,)))
        return Remade(revision=revision, folder=self.of(project_id, revision))
