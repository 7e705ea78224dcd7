"""The capability `memory_management`: facts that last, and what the talk is about now."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.capabilities import CLOCK, DATABASE, USAGE, WORDS
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.memory import (
    Fact,
    Foresee,
    Foreseen,
    Forget,
    KnowsDevice,
    LearnFromTurn,
    Learnt,
    ListFacts,
    MemoryContext,
    Recall,
)
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.usage import RecordUsage, UsageReport, UsageSource
from nexy.contracts.words import WordsUsage
from nexy.modules.memory_management.analyzer import Analysis, MemoryAnalyzer
from nexy.modules.memory_management.foresight import foreseen
from nexy.modules.memory_management.lessons import Lesson, LessonWriter
from nexy.modules.memory_management.matching import chosen
from nexy.modules.memory_management.people import Desk, Desks
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
        self._lessons: LessonWriter | None = None
        self._handlers = RequestHandlers()
        self._handlers.on(Recall, self._recall)
        self._handlers.on(LearnFromTurn, self._learn)
        self._handlers.on(ListFacts, self._list)
        self._handlers.on(Forget, self._forget)
        self._handlers.on(Foresee, self._foresee)
        self._handlers.on(KnowsDevice, self._knows)

    async def initialize(self, section: MemoryConfig, peers: Peers) -> None:
        """Remember whom to ask; raises `Unavailable` without a database."""
        self._config = section
        self._peers = peers
        self._store = MemoryStore(peers.get(DATABASE), peers.get(CLOCK), section)
        self._lessons = LessonWriter(self._store.write, section)
        self._asking = asyncio.Semaphore(section.learn_at_once)

    async def process(self, request: Request[R]) -> R:
        """Answer one request; raises `Unavailable` while the database is away."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Give up what is not written, and let go of the database."""
        lessons, self._lessons = self._lessons, None
        if lessons is not None:
            await lessons.cleanup()
        self._store = None
        self._peers = None

    def status(self) -> ModuleStatus:
        """Running from `initialize` to `cleanup`."""
        return ModuleStatus(state=ModuleState.STOPPED if self._store is None else ModuleState.RUNNING)

    def _kept(self) -> MemoryStore:
        if self._store is None:
            raise Unavailable("The memory is not running.", code="memory_stopped")
        return self._store

    def _taught(self) -> LessonWriter:
        if self._lessons is None:
            raise Unavailable("The memory is not running.", code="memory_stopped")
        return self._lessons

    async def _recall(self, request: Recall) -> MemoryContext:
        store = self._kept()
        person = await store.person_of(request.hardware_id)
        return MemoryContext() if person is None else await store.recall(person)

    async def _list(self, request: ListFacts) -> Sequence[Fact]:
        store = self._kept()
        person = await store.person_of(request.hardware_id)
        return () if person is None else await store.list_facts(person, history=request.history)

    async def _knows(self, request: KnowsDevice) -> bool:
        return await self._kept().person_of(request.hardware_id) is not None

    async def _foresee(self, request: Foresee) -> Foreseen:
        return foreseen(request.prompt, self._config)

    async def _forget(self, request: Forget) -> Sequence[Fact]:
        """Whoever still analyses an earlier turn finds the mark and leaves nothing behind."""
        store = self._kept()
        async with self._desks.at(request.hardware_id) as desk:
            if not request.rehearsal:
                desk.forgotten += 1
            async with self._taught().round:
                person = await store.person_of(request.hardware_id)
                if person is None:
                    return ()
                return await store.forget(person, partial(chosen, request), rehearsal=request.rehearsal)

    async def _learn(self, request: LearnFromTurn) -> Learnt:
        """The analysis may take a model's time, so it holds nothing; the merge decides with the facts of its moment."""
        lessons = self._taught()
        async with self._desks.at(request.hardware_id) as desk:
            forgotten = desk.forgotten
            analysis = await self._analysed(request)
            await self._record(request, analysis.usage)
            still = partial(_unchanged, desk, forgotten)
            return await lessons.learn(Lesson(turn=request, ops=analysis.ops, still_holds=still))

    async def _analysed(self, turn: LearnFromTurn) -> Analysis:
        """A model is asked by few at once, and told what is known."""
        analyzer = self._analyzer()
        if not analyzer.asks(turn):
            return analyzer.by_rules(turn)
        async with self._asking:
            person = await self._kept().person_of(turn.hardware_id)
            active = () if person is None else await self._kept().active(person)
            return await analyzer.analyse(turn, active)

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
                cache_read_tokens=used.cache_read_tokens,
                cache_write_tokens=used.cache_write_tokens,
                model=used.model,
            )
            key = f"{turn.turn_id}:memory:{used.request_id[:200] or number}"
            try:
                if ledger is not None and used.input_tokens + used.output_tokens > 0:
                    row = RecordUsage(key=key, report=report, provider=used.provider, estimated=used.estimated)
                    await ledger.process(row)
            except NexyError as refused:
                context = {"decision": "degrade", "ctx": {"code": refused.code}}
                _log.warning("the cost of memory was not recorded", extra=context)


def _unchanged(desk: Desk, forgotten: int) -> bool:
    return desk.forgotten == forgotten
