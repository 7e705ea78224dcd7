"""The capability `outbox`."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar, TypeVar

from nexy.config.outbox_section import OutboxSection
from nexy.contracts.capabilities import DATABASE
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.outbox import DrainNow, Keep, RegisterApplier
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.outbox.drainer import Drainer
from nexy.modules.outbox.framing import encode
from nexy.modules.outbox.group_writer import GroupWriter
from nexy.modules.outbox.store import Store
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")


class OutboxModule(UniversalModuleInterface):
    """Keeps records durably; without a database it only keeps, and drains when there is one."""

    wants: ClassVar[Sequence[str]] = (DATABASE,)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._supervisor = TaskSupervisor("outbox")
        self._state = ModuleState.STARTING
        self._store: Store | None = None
        self._threads: tuple[ThreadPoolExecutor, ...] = ()

    async def initialize(self, section: OutboxSection, peers: Peers) -> None:
        """Take the folder and begin to drain; raises `Unavailable` where another process has it."""
        config = self._config = section.config
        writing, draining = ThreadPoolExecutor(1, "nexy-outbox-write"), ThreadPoolExecutor(1, "nexy-outbox-drain")
        self._threads = (writing, draining)
        store = Store(Path(section.home), config.segment_bytes)
        await asyncio.get_running_loop().run_in_executor(draining, store.open)
        self._store = store
        self._writer = GroupWriter(store.journal, store.folder, config, writing, self._supervisor)
        self._drainer = Drainer(store, self._writer, config, draining, lambda: peers.get(DATABASE))
        self._handlers.on(Keep, self._keep)
        self._handlers.on(RegisterApplier, self._register)
        self._handlers.on(DrainNow, self._drain_now)
        if store.left_behind:
            self._writer.written_event.set()
        self._supervisor.spawn(self._drainer.run())
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer one of the requests of `contracts.outbox`."""
        return await self._handlers.answer(request)

    async def _keep(self, request: Keep) -> None:
        if not request.records:
            return
        frames = b"".join([encode(record, self._config.max_record_bytes) for record in request.records])
        await self._writer.keep(frames, len(request.records), durable=request.durable)

    async def _register(self, request: RegisterApplier) -> None:
        self._drainer.register(request.kind, request.applier)

    async def _drain_now(self, request: DrainNow) -> int:
        return await self._drainer.drain_within(request.timeout_seconds)

    async def cleanup(self) -> None:
        """Write everything out, drain within the configured time, and let the folder go."""
        store, self._store = self._store, None
        if store is not None:
            await self._drainer.drain_within(self._config.cleanup_seconds)
            await self._writer.flush()
            await self._supervisor.cleanup()
            await asyncio.get_running_loop().run_in_executor(self._threads[1], store.close)
        for thread in self._threads:
            thread.shutdown()
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """How many records wait, and what keeps them."""
        if self._state is not ModuleState.RUNNING or self._store is None:
            return ModuleStatus(state=self._state)
        told = [f"{self._drainer.waiting} waiting", self._drainer.away, self._writer.failure]
        if self._store.folder.quarantined:
            told.append(f"{self._store.folder.quarantined} files in quarantine")
        state = ModuleState.DEGRADED if len([part for part in told if part]) > 1 else ModuleState.RUNNING
        return ModuleStatus(state=state, detail="; ".join(part for part in told if part))
