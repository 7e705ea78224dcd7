"""The last stage of a run: vectors for what has none, and the file in which they are compared."""

from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.database import Database
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.indexing.parts import IndexStorageFailed, WithVectors
from nexy.modules.code_search.reading.model import Told
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.store.model import Lease
from nexy.modules.code_search.store.projects import ProjectStore
from nexy.modules.code_search.vectors.embedder import Embedder

if TYPE_CHECKING:
    from nexy.modules.code_search.postings.mapped import MappedIndex


class MissingVectors:
    """`EmbedMissing` by one model."""

    def __init__(self, database: Database, embedder: Embedder, mapper: Mapper, config: CodeSearchConfig) -> None:
        self._database = database
        self._embedder = embedder
        self._mapper = mapper
        self._config = config
        self._projects = ProjectStore(database)
        self._leases = Leases(database, config.indexing)

    async def __call__(self, lease: Lease, told: Told, calls: list[WordsUsage]) -> WithVectors:
        """See `EmbedMissing`."""
        from nexy.modules.code_search.vectors.filling import embed_missing

        branch, revision = await self._projects.newest(lease.project.id)
        writing = partial(self._leases.writing, lease)
        made = 0
        filling = embed_missing(self._database, self._embedder, lease.project.id, branch, self._config.vectors, writing)
        async with aclosing(filling) as steps:
            async for step in steps:
                told(step.done, step.total)
                made = step.done
                calls += step.calls
        await self._lay_out(lease.project.id, revision, anew=made > 0)
        return WithVectors(count=made, model=self._embedder.model)

    async def _lay_out(self, project_id: str, revision: int, *, anew: bool) -> None:
        """Beside the index that was published before; who has an older file open sees that this one took its place.

        A new revision has no file yet, even where every piece of it had a vector before.
        """
        from nexy.modules.code_search.vectors.matrix import matrix_path
        from nexy.modules.code_search.vectors.preparing import make_matrix

        folder = index_folder(self._mapper.home, project_id, revision)
        if not anew and matrix_path(folder, self._embedder.model).exists():
            return
        index = await self._mapper.threads.run(lambda: _opened(self._mapper, project_id, revision))
        try:
            await make_matrix(self._database, project_id, folder, index, self._embedder.model)
        except OSError as problem:
            raise IndexStorageFailed(self._mapper.home, problem) from problem


def _opened(mapper: Mapper, project_id: str, revision: int) -> "MappedIndex":
    from nexy.modules.code_search.postings.mapped import MappedIndex

    return MappedIndex.open(index_folder(mapper.home, project_id, revision), verify=False)
