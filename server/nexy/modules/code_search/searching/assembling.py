"""The search as one piece: what answers are made with, and what is let go of at the end."""

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.clock import Clock
from nexy.contracts.database import Database
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.postings.verified import IndexOpener
from nexy.modules.code_search.searching.finder import CodeFinder, SearchParts
from nexy.modules.code_search.searching.nearest import StoredVectors
from nexy.modules.code_search.searching.open_indexes import OpenIndexes
from nexy.modules.code_search.searching.prose import ProseSource
from nexy.modules.code_search.searching.ranker import Ranker
from nexy.modules.code_search.searching.remaking import StoredIndexes
from nexy.modules.code_search.searching.symbols import SymbolFinder
from nexy.modules.code_search.vectors.embedder import Embedder
from nexy.modules.code_search.vectors.near import NearSearch
from nexy.utils.spare_threads import SpareThreads

_NAME = "code_search"


class Searching:
    """Owns the thread of the ranking and everything that is mapped.

    It loads NumPy, so it is made for the first question. `model_problem` says why there is no embedder.
    """

    def __init__(
        self,
        config: CodeSearchConfig,
        database: Database,
        clock: Clock,
        mapper: Mapper,
        prose: ProseSource,
        *,
        embedder: Embedder | None = None,
        model_problem: str = "",
    ) -> None:
        self._threads = SpareThreads(
            _NAME, threads=config.max_threads, waiting=config.max_waiting, retry_seconds=config.busy_retry_seconds
        )
        folders, ranker = StoredIndexes(mapper), Ranker(config)
        self._indexes = OpenIndexes(folders, self._threads, config, clock, IndexOpener())
        self.near = NearSearch(database, self._threads, config, clock)
        parts = SearchParts(
            database=database,
            clock=clock,
            config=config,
            threads=self._threads,
            indexes=self._indexes,
            prose=prose,
            rank=ranker.rank,
            mark=ranker.mark,
            sense=ranker.sense,
            embedder=embedder,
            nearest=StoredVectors(self.near, folders) if embedder else None,
            model_problem=model_problem,
        )
        self.code = CodeFinder(parts)
        self.symbols = SymbolFinder(parts)

    @staticmethod
    def warm() -> None:
        """Load the ranking's dictionaries, which the first question would wait for on the loop; for a thread."""
        Ranker(CodeSearchConfig()).sense("word слово")

    async def close(self) -> None:
        """Let go of everything that is mapped."""
        await self._indexes.cleanup()
        await self.near.cleanup()
        await self._threads.close()
