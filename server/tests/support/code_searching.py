"""A search on a shelf of code: everything of it is real but the database and the ranking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nexy.config.code_search_section import CodeIndexingConfig, CodeSearchConfig, LightRagConfig
from nexy.contracts.code_search import FindCode, FindSymbol, Found
from nexy.modules.code_search.indexing.mapping import Mapper
from nexy.modules.code_search.lightrag.client import LightRag
from nexy.modules.code_search.postings.verified import IndexOpener
from nexy.modules.code_search.searching.finder import CodeFinder, SearchParts
from nexy.modules.code_search.searching.nearest import NearestPieces
from nexy.modules.code_search.searching.open_indexes import OpenIndexes
from nexy.modules.code_search.searching.prose import ProseSource
from nexy.modules.code_search.searching.ranked import Ranked, RankingTask
from nexy.modules.code_search.searching.ranker import Ranker
from nexy.modules.code_search.searching.remaking import StoredIndexes
from nexy.modules.code_search.searching.symbols import SymbolFinder
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.vectors.embedder import Embedder
from nexy.utils.spare_threads import SpareThreads
from support.clock import FakeClock
from support.code_shelf import CodeShelf, ShelvedFile, function, plain_mark, plain_rank
from support.fake_lightrag import FakeLightRag

LOGIN = ShelvedFile(
    path="app/auth.py", chunks=(function("check_login", "compare(password)"), function("logout", line=2))
)
BILLS = ShelvedFile(path="app/bills.py", chunks=(function("send_invoice", "mail(invoice)"),))


@dataclass
class Search:
    """A finder on a shelf, and short words for asking it."""

    shelf: CodeShelf
    parts: SearchParts
    finder: CodeFinder
    symbol_finder: SymbolFinder
    indexes: OpenIndexes
    clock: FakeClock
    ranked: list[RankingTask]

    async def find(self, query: str, **wishes: Any) -> Found:
        return await self.finder.find(FindCode(query=query, **wishes))

    async def define(self, symbol: str, **wishes: Any) -> Found:
        return await self.symbol_finder.find(FindSymbol(symbol=symbol, **wishes))

    async def symbols(self, query: str, **wishes: Any) -> list[str]:
        return [hit.symbol for hit in (await self.find(query, **wishes)).hits]


@asynccontextmanager
async def searching(
    home: Path,
    *,
    embedder: Embedder | None = None,
    nearest: NearestPieces | None = None,
    server: FakeLightRag | None = None,
    **settings: Any,
) -> AsyncIterator[Search]:
    """A finder on an empty shelf."""
    config = CodeSearchConfig(**{"lightrag": LightRagConfig(timeout_seconds=30), **settings})
    shelf, clock, ranked = CodeShelf(home), FakeClock(), list[RankingTask]()

    def rank(task: RankingTask) -> Ranked:
        ranked.append(task)
        return plain_rank(task)

    threads = SpareThreads("code_search", threads=1, waiting=config.max_waiting, retry_seconds=1)
    contents = ContentStore(shelf, Leases(shelf, CodeIndexingConfig()), CodeIndexingConfig())
    mapper = Mapper(home=home, contents=contents, threads=threads)
    indexes = OpenIndexes(StoredIndexes(mapper), threads, config, clock, IndexOpener())
    lightrag = LightRag(server.url, config.lightrag, clock) if server else None
    prose = ProseSource(lightrag, config.lightrag)
    parts = SearchParts(
        database=shelf, clock=clock, config=config, threads=threads, indexes=indexes, prose=prose, rank=rank,
        mark=plain_mark, sense=Ranker(config).sense, embedder=embedder, nearest=nearest,
    )  # fmt: skip
    try:
        yield Search(shelf, parts, CodeFinder(parts), SymbolFinder(parts), indexes, clock, ranked)
    finally:
        await indexes.cleanup()
        await prose.close()
        await threads.close()
