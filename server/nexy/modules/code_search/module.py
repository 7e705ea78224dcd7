"""The capability `code_search`: finds places in code, and keeps the index of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from nexy.config.code_search_section import CodeSearchSection
from nexy.contracts.capabilities import CLOCK, DATABASE, WORDS
from nexy.contracts.clock import Clock
from nexy.contracts.code_search import FindCode, FindSymbol, ForeseeSearch, Found
from nexy.contracts.database import Database
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.usage import Expected
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.embedding import MissingVectors
from nexy.modules.code_search.indexing.indexer import Indexer
from nexy.modules.code_search.indexing.parts import WithVectors
from nexy.modules.code_search.lightrag.client import LightRag
from nexy.modules.code_search.reading.model import Told
from nexy.modules.code_search.searching.meaning import NO_MODEL, WITHOUT_VECTORS
from nexy.modules.code_search.searching.prose import ProseSource
from nexy.modules.code_search.store.folders import INDEXES, REPOSITORIES
from nexy.modules.code_search.store.model import Lease
from nexy.modules.code_search.vectors.embedder import Embedder, VectorsUnavailable
from nexy.modules.code_search.vectors.making import make_embedder
from nexy.modules.code_search.vectors.routed import RoutedEmbedder
from nexy.utils.private_folder import keep_others_out

if TYPE_CHECKING:
    from nexy.modules.code_search.searching.assembling import Searching

_MODELS = "models"
# What lies there may be a person's own code.
_OWN = (INDEXES, REPOSITORIES, _MODELS)
_OFF = "off"


@dataclass(slots=True, kw_only=True)
class _Running:
    """What lives from `initialize` to `cleanup`; `searching` is made by the first question."""

    section: CodeSearchSection
    database: Database
    clock: Clock
    embedder: Embedder | None
    model_problem: str
    prose: ProseSource
    indexer: Indexer
    searching: "Searching | None" = None
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


class CodeSearchModule(UniversalModuleInterface):
    """Owns the mapped indexes and the vectors' model; every answer comes from what the database lets its person see."""

    requires: ClassVar[Sequence[str]] = (DATABASE, CLOCK)
    wants: ClassVar[Sequence[str]] = (WORDS,)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._handlers.on(FindCode, self._find)
        self._handlers.on(FindSymbol, self._find_symbol)
        self._handlers.on(ForeseeSearch, self._foresee)
        self._running: _Running | None = None

    async def initialize(self, section: CodeSearchSection, peers: Peers) -> None:
        """Know whom to ask; nothing is loaded or mapped before somebody asks.

        Raises `ConfigurationInvalid` for a model's name, an address or a key that cannot be used. A model that is not
        there leaves the search without vectors, and the status says so.
        """
        for name in _OWN:
            await asyncio.to_thread(keep_others_out, Path(section.home) / name)
        database, clock = peers.get(DATABASE), peers.get(CLOCK)
        embedder, problem = _embedder(section, peers)
        lightrag = section.config.lightrag
        server = LightRag(section.lightrag_url, lightrag, clock) if section.lightrag_url else None
        indexer = Indexer(section, database, clock, find=self._find, embed=self._embed)
        indexer.register(self._handlers)
        self._running = _Running(
            section=section,
            database=database,
            clock=clock,
            embedder=embedder,
            model_problem=problem,
            prose=ProseSource(server, lightrag),
            indexer=indexer,
        )

    async def process(self, request: Request[R]) -> R:
        """Answer one of the requests of `contracts.code_search`; raises `Unavailable` when it is stopped."""
        self._now()
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Let go of everything: the batch and the question under way come to their end, who waits is refused."""
        running = self._running
        if running is None:
            return
        # The runs first: their self-tests still ask.
        await running.indexer.close()
        async with running.making:
            self._running = None
        if running.searching is not None:
            await running.searching.close()
        await running.prose.close()
        if running.embedder is not None:
            await running.embedder.close()

    def status(self) -> ModuleStatus:
        """Degraded where a model is configured and cannot be used."""
        running = self._running
        if running is None:
            return ModuleStatus(state=ModuleState.STOPPED)
        vectors = running.embedder.model if running.embedder else running.model_problem
        configured = bool(running.section.config.vectors.model)
        parts = {"vectors": vectors if configured else _OFF, "lightrag": running.prose.state or _OFF}
        if configured and running.embedder is None:
            return ModuleStatus(state=ModuleState.DEGRADED, detail=running.model_problem, parts=parts)
        return ModuleStatus(state=ModuleState.RUNNING, parts=parts)

    def _now(self) -> _Running:
        if self._running is None:
            raise Unavailable("The search over code is not running.", code="code_search_stopped")
        return self._running

    async def _find(self, request: FindCode) -> Found:
        return await (await self._searching()).code.find(request)

    async def _find_symbol(self, request: FindSymbol) -> Found:
        return await (await self._searching()).symbols.find(request)

    async def _foresee(self, request: ForeseeSearch) -> Expected:
        embedder, wish = self._now().embedder, request.wish
        if wish.kind in WITHOUT_VECTORS or not isinstance(embedder, RoutedEmbedder):
            return Expected()
        return await embedder.foresee([wish.query])

    async def _searching(self) -> "Searching":
        running = self._now()
        async with running.making:
            self._now()
            if running.searching is None:
                make = await asyncio.to_thread(_load)
                running.searching = make(
                    running.section.config,
                    running.database,
                    running.clock,
                    running.indexer.mapper,
                    running.prose,
                    embedder=running.embedder,
                    model_problem=running.model_problem,
                )
            return running.searching

    async def _embed(self, lease: Lease, told: Told, calls: list[WordsUsage]) -> WithVectors:
        running = self._now()
        if running.embedder is None:
            return WithVectors()
        config, mapper = running.section.config, running.indexer.mapper
        return await MissingVectors(running.database, running.embedder, mapper, config)(lease, told, calls)


def _load() -> "type[Searching]":
    """In a thread: NumPy and the dictionaries take their time."""
    from nexy.modules.code_search.searching.assembling import Searching

    Searching.warm()
    return Searching


def _embedder(section: CodeSearchSection, peers: Peers) -> tuple[Embedder | None, str]:
    """The configured one, or why there is none."""
    try:
        embedder = make_embedder(section.config.vectors, Path(section.home) / _MODELS, peers)
    except VectorsUnavailable as problem:
        return None, problem.message
    return embedder, "" if embedder else NO_MODEL
