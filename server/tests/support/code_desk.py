"""The whole module of the search, and short words for asking it."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from nexy.config.code_search_section import CodeSearchConfig, CodeSearchSection
from nexy.contracts.code_search import FindCode, Found, IndexCode, IndexReport
from nexy.modules.code_search.module import CodeSearchModule
from support.clock import FakeClock
from support.peers import FakePeers


class Desk:
    """A running module and short words for it."""

    def __init__(self, module: CodeSearchModule, home: Path) -> None:
        self.module, self.home = module, home

    async def index(self, source: Path, **wishes: Any) -> IndexReport:
        """Index to the end."""
        told: list[object] = []
        async with aclosing(await self.module.process(IndexCode(source=str(source), **wishes))) as steps:
            async for step in steps:
                told.append(step)
        assert isinstance(told[-1], IndexReport)
        return told[-1]

    async def find(self, query: str, **wishes: Any) -> Found:
        return await self.module.process(FindCode(query=query, **wishes))

    async def first(self, query: str, **wishes: Any) -> tuple[str, str]:
        hit = (await self.find(query, **wishes)).hits[0]
        return hit.file_path, hit.symbol


@asynccontextmanager
async def desk(
    database: Any, home: Path, *, lightrag_url: str = "", router: Any = None, **settings: Any
) -> AsyncIterator[Desk]:
    """The module on this database; `router` makes vectors where a provider's model is configured."""
    module = CodeSearchModule()
    section = CodeSearchSection(home=str(home), config=CodeSearchConfig(**settings), lightrag_url=lightrag_url)
    peers = {"database": database, "clock": FakeClock()} | ({} if router is None else {"ai_router": router})
    await module.initialize(section, FakePeers(**peers))
    try:
        yield Desk(module, home)
    finally:
        await module.cleanup()
