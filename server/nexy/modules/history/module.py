"""The capability `history`."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, TypeVar
from uuid import uuid4

from nexy.config.history_section import HistorySection
from nexy.contracts.capabilities import CLOCK, DATABASE, OUTBOX
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.history import KeepTurn
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.outbox import Keep, Record, RegisterApplier
from nexy.contracts.request import Request, RequestHandlers
from nexy.modules.history.entries import KIND, RunMark, run_record, turn_record
from nexy.modules.history.pictures import Pictures
from nexy.modules.history.retention import Retention
from nexy.modules.history.writer import write_history
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")


class HistoryModule(UniversalModuleInterface):
    """Answers `KeepTurn`; a crash leaves no session active, because each start says that a new run began."""

    requires: ClassVar[Sequence[str]] = (OUTBOX, CLOCK)
    wants: ClassVar[Sequence[str]] = (DATABASE,)

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._supervisor = TaskSupervisor("history")
        self._status = ModuleStatus(state=ModuleState.STARTING)
        self._server = ""

    async def initialize(self, section: HistorySection, peers: Peers) -> None:
        """Tell the outbox who writes turns, and that what was active before is over."""
        self._outbox = peers.get(OUTBOX)
        self._clock = peers.get(CLOCK)
        self._longest = section.config.max_text_characters
        home = Path(section.home)
        self._pictures = Pictures(home, timedelta(days=section.config.screenshot_days))
        server = await asyncio.to_thread(_server_id, home)
        await self._outbox.process(RegisterApplier(kind=KIND, applier=write_history))
        await self._keep(run_record(server, RunMark.ABANDONED, self._clock.now()), durable=False)
        self._server = server
        retention = Retention(section.config, server, lambda: peers.get(DATABASE), self._pictures, self._clock)
        self._supervisor.spawn(retention.run())
        self._handlers.on(KeepTurn, self._keep_turn)
        self._status = ModuleStatus(state=ModuleState.RUNNING)

    async def process(self, request: Request[R]) -> R:
        """Answer `KeepTurn`."""
        return await self._handlers.answer(request)

    async def _keep_turn(self, request: KeepTurn) -> None:
        now = self._clock.now()
        picture = await self._pictures.keep(request.turn.turn_id, request.turn.screenshot, now)
        record = turn_record(request.turn, self._server, now, picture, self._longest)
        await self._keep(record, durable=request.durable)

    async def _keep(self, record: Record, *, durable: bool) -> None:
        try:
            await self._outbox.process(Keep(records=(record,), durable=durable))
        except NexyError as problem:
            self._status = ModuleStatus(state=ModuleState.DEGRADED, detail=f"not kept: {problem.message}")
            raise
        self._status = ModuleStatus(state=ModuleState.RUNNING)

    async def cleanup(self) -> None:
        """Say that every session has ended; what the outbox still holds it writes itself."""
        await self._supervisor.cleanup()
        server, self._server = self._server, ""
        if server:
            # Otherwise the next start finds them active and calls them abandoned.
            with suppress(Unavailable):
                await self._keep(run_record(server, RunMark.ENDED, self._clock.now()), durable=True)
        self._status = ModuleStatus(state=ModuleState.STOPPED)

    def status(self) -> ModuleStatus:
        """Degraded while the last turn could not be kept."""
        return self._status


def _server_id(home: Path) -> str:
    """This home's own name in the tables, made once: several servers may share one database."""
    file = home / "history" / "server_id"
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        made = str(uuid4())
        file.write_text(made, encoding="ascii")
        return made
