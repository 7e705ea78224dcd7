"""Carries records from the file into the database, in their order, for as long as the server lives."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

from nexy.config.outbox_section import OutboxConfig
from nexy.contracts.database import Database
from nexy.contracts.errors import NexyError
from nexy.contracts.outbox import Applier, Record
from nexy.modules.outbox.applying import Poisoned, apply
from nexy.modules.outbox.framing import MAX_PAYLOAD, encode
from nexy.modules.outbox.group_writer import GroupWriter
from nexy.modules.outbox.store import Store

T = TypeVar("T")
_log = logging.getLogger("nexy.outbox")


class Drainer:
    """One pass at a time; a pass may be cancelled anywhere, because applying a key twice changes nothing."""

    def __init__(
        self,
        store: Store,
        writer: GroupWriter,
        config: OutboxConfig,
        thread: Executor,
        database: Callable[[], Database],
    ) -> None:
        self._store = store
        self._writer = writer
        self._config = config
        self._thread = thread
        self._database = database
        self._appliers: dict[str, Applier] = {}
        self._pass = asyncio.Lock()
        self._unpark: set[str] = set()
        self._away = ""

    def register(self, kind: str, applier: Applier) -> None:
        """Let `applier` write the records of this kind; what waited for it is drained next."""
        self._appliers[kind] = applier
        self._unpark.add(kind)
        self._writer.written_event.set()

    @property
    def waiting(self) -> int:
        """How many records are kept and not yet in the database."""
        return self._store.left_behind + self._writer.written - self._store.passed + self._store.parked

    @property
    def away(self) -> str:
        """Why the last pass could not write; empty while it can."""
        return self._away

    async def run(self) -> None:
        """Drain whenever something was written; while the database is away try again, less and less often."""
        delay = self._config.retry_seconds
        while True:
            await self._writer.written_event.wait()
            await asyncio.sleep(self._config.drain_seconds)
            if await self.drain():
                delay = self._config.retry_seconds
            else:
                await asyncio.sleep(delay)
                delay = min(2 * delay, self._config.max_retry_seconds)

    async def drain(self) -> bool:
        """Drain everything written so far; false when the database or the disk did not let it."""
        async with self._pass:
            self._writer.written_event.clear()
            try:
                self._database()
                await self._drain_parked()
                while await self._drain_batch():
                    pass
            except (NexyError, OSError) as problem:
                self._writer.written_event.set()
                self._note_away(problem)
                return False
            self._note_back()
            return True

    async def drain_within(self, seconds: float) -> int:
        """Write out and drain; returns how many records still wait when it is done or the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._writer.flush()
                await self.drain()
        return self.waiting

    async def _drain_batch(self) -> bool:
        batch = await self._on_disk(lambda: self._store.read(self._config.drain_records))
        for kind, records in _by_kind(batch.records).items():
            await self._deliver(kind, records)
        await self._on_disk(lambda: self._store.advance(batch))
        return bool(batch.records)

    async def _deliver(self, kind: str, records: Sequence[Record]) -> None:
        applier = self._appliers.get(kind)
        if applier is None:
            await self._on_disk(lambda: self._store.park(kind, records, _frames(records)))
            return
        poisoned = await apply(self._database, applier, records)
        if poisoned:
            await self._quarantine(kind, poisoned)

    async def _drain_parked(self) -> None:
        for kind in sorted(self._unpark):
            await self._unpark_kind(kind)
            self._unpark.discard(kind)

    async def _unpark_kind(self, kind: str) -> None:
        records = await self._on_disk(lambda: self._store.read_parked(kind))
        step = self._config.drain_records
        for first in range(0, len(records), step):
            await self._deliver(kind, records[first : first + step])
        await self._on_disk(lambda: self._store.forget_parked(kind))

    async def _quarantine(self, kind: str, poisoned: Sequence[Poisoned]) -> None:
        frames = _frames([item.record for item in poisoned])
        await self._on_disk(lambda: self._store.folder.quarantine_records(kind, frames))
        for item in poisoned:
            context = {"kind": kind, "key": item.record.key, "error": type(item.failure).__name__}
            _log.error("a record cannot be written and is in quarantine", extra={"decision": "error", "ctx": context})

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _note_away(self, problem: NexyError | OSError) -> None:
        reason = problem.message if isinstance(problem, NexyError) else str(problem.strerror)
        if not self._away:
            context = {"decision": "retry", "ctx": {"waiting": self.waiting}}
            _log.warning("the outbox keeps its records: %s", reason, extra=context)
        self._away = reason

    def _note_back(self) -> None:
        if self._away:
            _log.info("the outbox is drained again", extra={"decision": "complete", "ctx": {"waiting": self.waiting}})
        self._away = ""


def _by_kind(records: Sequence[Record]) -> dict[str, list[Record]]:
    kinds: dict[str, list[Record]] = {}
    for record in records:
        kinds.setdefault(record.kind, []).append(record)
    return kinds


def _frames(records: Sequence[Record]) -> bytes:
    return b"".join(encode(record, MAX_PAYLOAD) for record in records)
