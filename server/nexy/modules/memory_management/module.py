"""The capability `memory_management`: facts that last, and what the talk is about now."""

import logging
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.capabilities import CLOCK, DATABASE, USAGE, WORDS
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.memory import Fact, Forget, LearnFromTurn, ListFacts, MemoryContext, Recall
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.usage import RecordUsage, UsageReport, UsageSource
from nexy.contracts.words import WordsUsage
from nexy.modules.memory_management.analyzer import MemoryAnalyzer
from nexy.modules.memory_management.matching import means
from nexy.modules.memory_management.merge import merge
from nexy.modules.memory_management.people import Desks
from nexy.modules.memory_management.short_term import with_exchange
from nexy.modules.memory_management.store import MemoryStore

_log = logging.getLogger("nexy.memory")


class MemoryManagementModule(UniversalModuleInterface):
    """Reads, learns, lists and forgets; a person's turns are merged one after another.

    Without a source of words facts are found by rules alone, without a ledger a model's cost is not recorded.
    """

    requires: ClassVar[Sequence[str]] = (DATABASE, CLOCK)
    wants: ClassVar[Sequence[str]] = (WORDS, USAGE)

    def __init__(self) -> None:
        self._config = MemoryConfig()
        self._peers: Peers | None = None
        self._store: MemoryStore | None = None
        self._desks = Desks()
        self._handlers = RequestHandlers()
        self._handlers.on(Recall, self._recall)
        self._handlers.on(LearnFromTurn, self._learn)
        self._handlers.on(ListFacts, self._list)
        self._handlers.on(Forget, self._forget)

    async def initialize(self, section: MemoryConfig, peers: Peers) -> None:
        """Remember whom to ask; raises `Unavailable` without a database."""
        self._config = section
        self._peers = peers
        self._store = MemoryStore(peers.get(DATABASE), peers.get(CLOCK), section)

    async def process(self, request: Request[R]) -> R:
        """Answer one request; raises `Unavailable` while the database is away."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Let go of the database."""
        self._store = None
        self._peers = None

    def status(self) -> ModuleStatus:
        """Running from `initialize` to `cleanup`."""
        return ModuleStatus(state=ModuleState.STOPPED if self._store is None else ModuleState.RUNNING)

    def _kept(self) -> MemoryStore:
        if self._store is None:
            raise Unavailable("The memory is not running.", code="memory_stopped")
        return self._store

    async def _recall(self, request: Recall) -> MemoryContext:
        store = self._kept()
        person = await store.person_of(request.hardware_id)
        return MemoryContext() if person is None else await store.recall(person)

    async def _list(self, request: ListFacts) -> Sequence[Fact]:
        store = self._kept()
        person = await store.person_of(request.hardware_id)
        return () if person is None else await store.list_facts(person, history=request.history)

    async def _forget(self, request: Forget) -> int:
        """Whoever still analyses an earlier turn finds the mark and leaves nothing behind."""
        store = self._kept()
        async with self._desks.at(request.hardware_id) as desk:
            desk.forgotten += 1
            async with desk.lock:
                person = await store.person_of(request.hardware_id)
                if person is None:
                    return 0
                return await store.forget(person, partial(means, request.about) if request.about else None)

    async def _learn(self, request: LearnFromTurn) -> int:
        """The analysis may take a model's time, so it holds no lock; the merge decides with the facts of its moment."""
        store = self._kept()
        async with self._desks.at(request.hardware_id) as desk:
            forgotten = desk.forgotten
            person = await store.person_of(request.hardware_id, make=True)
            assert person is not None
            analysis = await self._analyzer().analyse(request, await store.active(person))
            await self._record(request, analysis.usage)
            async with desk.lock:
                if desk.forgotten != forgotten:
                    return 0
                return await store.change(
                    person,
                    request.turn_id,
                    lambda active: merge(active, analysis.ops, self._config),
                    lambda earlier: with_exchange(earlier, request.prompt, request.answer, self._config),
                )

    def _analyzer(self) -> MemoryAnalyzer:
        return MemoryAnalyzer(self._config, self._peer(WORDS))

    def _peer(self, capability: str) -> UniversalModuleInterface | None:
        """A part that may be missing today and there tomorrow."""
        try:
            part: UniversalModuleInterface | None = self._peers.get(capability) if self._peers else None
        except Unavailable:
            return None
        return part

    async def _record(self, turn: LearnFromTurn, usage: Sequence[WordsUsage]) -> None:
        ledger = self._peer(USAGE)
        for number, used in enumerate(usage):
            report = UsageReport(
                hardware_id=turn.hardware_id,
                session_id="",
                source=UsageSource.MEMORY_ANALYZER,
                input_tokens=used.input_tokens,
                output_tokens=used.output_tokens,
                model=used.model,
            )
            key = f"{turn.turn_id}:memory:{used.request_id[:200] or number}"
            try:
                if ledger is not None and used.input_tokens + used.output_tokens > 0:
                    await ledger.process(RecordUsage(key=key, report=report, provider=used.provider))
            except NexyError as refused:
                context = {"decision": "degrade", "ctx": {"code": refused.code}}
                _log.warning("the cost of memory was not recorded", extra=context)
