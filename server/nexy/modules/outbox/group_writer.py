"""Many records, one fsync: whoever comes while the disk is busy shares the next group."""

import asyncio
import logging
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field

from nexy.config.outbox_section import OutboxConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.outbox.folder import OutboxFolder
from nexy.modules.outbox.journal import Journal
from nexy.utils.supervisor import TaskSupervisor

_log = logging.getLogger("nexy.outbox")
_PAUSE_AFTER_FAILURE = 1.0


@dataclass(slots=True)
class _Group:
    frames: list[bytes] = field(default_factory=list)
    records: int = 0
    size: int = 0
    done: "asyncio.Future[None] | None" = None


class GroupWriter:
    """Lives on the event loop and never waits for the disk there; one thread writes."""

    def __init__(
        self, journal: Journal, folder: OutboxFolder, config: OutboxConfig, thread: Executor, supervisor: TaskSupervisor
    ) -> None:
        self._journal = journal
        self._folder = folder
        self._config = config
        self._thread = thread
        self._supervisor = supervisor
        self._group = _Group()
        self._flushing: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._failure = ""
        self._retry_at = 0.0
        self._next_at = 0.0
        self.written = 0
        self.written_event = asyncio.Event()

    async def keep(self, frames: bytes, records: int, *, durable: bool) -> None:
        """Hand over frames; with `durable` return after their fsync. Raises `Unavailable`."""
        self._refuse_when_full(len(frames), durable=durable)
        group = self._group
        group.frames.append(frames)
        group.records += records
        group.size += len(frames)
        if self._flushing is None:
            self._flushing = self._supervisor.spawn(self._flush())
        if durable:
            self._hurry.set()
            group.done = group.done or asyncio.get_running_loop().create_future()
            # The group belongs to all: one caller that gives up does not end it for the others.
            await asyncio.shield(group.done)

    @property
    def failure(self) -> str:
        """Why the last write failed; empty while the disk takes everything."""
        return self._failure

    async def flush(self) -> None:
        """Return when everything handed over so far was tried."""
        self._hurry.set()
        while self._flushing is not None:
            await asyncio.wait((self._flushing,))

    def _refuse_when_full(self, size: int, *, durable: bool) -> None:
        config = self._config
        if self._group.size + size > config.max_pending_bytes:
            raise Unavailable("outbox: the disk does not keep up (outbox.max_pending_bytes)", code="outbox_busy")
        if self._folder.used + self._group.size + size > config.max_bytes:
            raise Unavailable(
                f"outbox: the disk budget outbox.max_bytes ({config.max_bytes}) is used up until the database is back",
                code="outbox_full",
            )
        if self._failure and not durable and asyncio.get_running_loop().time() < self._retry_at:
            raise Unavailable(self._failure, code="outbox_disk")

    async def _flush(self) -> None:
        try:
            while self._group.frames:
                if not self._hurry.is_set():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._hurry.wait(), self._config.linger_seconds)
                await self._breathe()
                self._hurry.clear()
                group, self._group = self._group, _Group()
                await self._write(group)
        finally:
            self._flushing = None

    async def _breathe(self) -> None:
        """Groups begin `group_seconds` apart: handing one to the thread costs more than the fsync that it shares."""
        clock = asyncio.get_running_loop().time
        if clock() < self._next_at:
            await asyncio.sleep(self._next_at - clock())
        self._next_at = clock() + self._config.group_seconds

    async def _write(self, group: _Group) -> None:
        loop = asyncio.get_running_loop()
        frames, sync = b"".join(group.frames), group.done is not None
        try:
            await loop.run_in_executor(self._thread, lambda: self._journal.append(frames, sync=sync))
        except OSError as problem:
            self._fail(group, problem)
        else:
            self._failure = ""
            self.written += group.records
            self.written_event.set()
            if group.done is not None and not group.done.done():
                group.done.set_result(None)

    def _fail(self, group: _Group, problem: OSError) -> None:
        self._failure = f"outbox: cannot write under {self._folder.path}: {problem.strerror}"
        self._retry_at = asyncio.get_running_loop().time() + _PAUSE_AFTER_FAILURE
        context = {"decision": "error", "ctx": {"records": group.records, "errno": problem.errno}}
        _log.error("%s; %s records were not kept", self._failure, group.records, extra=context)
        if group.done is not None and not group.done.done():
            group.done.set_exception(Unavailable(self._failure, code="outbox_disk"))
            # Every caller may have gone; then nobody else would look.
            group.done.exception()
