"""A client of the Model Context Protocol on our server, in memory, over a scripted index."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from mcp import Client

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import DescribeIndexes, IndexCode, IndexFacts, IndexProgress, IndexReport
from nexy.contracts.errors import NexyError
from nexy.modules.ai_router.choice import Sources, offline_provider
from nexy.transport.mcp_service.server import mcp_server
from nexy.transport.mcp_service.tools import CodeTools
from support.http_door import http_door
from support.scripted_providers import LoopClock
from support.scripted_search import ScriptedSearch
from support.scripted_usage import ScriptedUsage

Step = IndexProgress | IndexReport


class ScriptedIndex(ScriptedSearch):
    """Finds what it is told to, indexes in these steps, and knows these projects; `orders` are what it was asked.

    With `stays` a run sets it after its steps and does not end by itself.
    """

    def __init__(
        self,
        *hits: Hit,
        steps: Sequence[Step | NexyError] = (),
        facts: Sequence[IndexFacts] = (),
        refusal: NexyError | None = None,
        stays: asyncio.Event | None = None,
    ) -> None:
        super().__init__(*hits, refusal=refusal)
        self._stays = stays
        self.orders: list[IndexCode | DescribeIndexes] = []
        self.closed = 0
        self._steps = steps
        self._facts = facts
        self._handlers.on(IndexCode, self._index)
        self._handlers.on(DescribeIndexes, self._describe)

    async def _index(self, order: IndexCode) -> AsyncGenerator[Step, None]:
        self.orders.append(order)
        return self._walk()

    async def _walk(self) -> AsyncGenerator[Step, None]:
        try:
            for step in self._steps:
                if isinstance(step, NexyError):
                    raise step
                yield step
            if self._stays is not None:
                self._stays.set()
                await asyncio.Event().wait()
        finally:
            self.closed += 1

    async def _describe(self, order: DescribeIndexes) -> Sequence[IndexFacts]:
        self.orders.append(order)
        return self._facts


@asynccontextmanager
async def mcp_session(
    index: ScriptedIndex, user_id: str = "", usage: ScriptedUsage | None = None
) -> AsyncIterator[Client]:
    """The SDK's own client, connected; words come from the offline rules."""
    rules = Sources(providers={"offline": offline_provider(WordsConfig(), LoopClock())})
    async with http_door(parts={CODE_SEARCH: index}, choose=rules, usage=usage) as door:
        async with Client(mcp_server(CodeTools(door.assistance, index, user_id))) as client:
            yield client
