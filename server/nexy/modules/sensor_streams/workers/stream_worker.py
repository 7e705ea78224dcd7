"""The server's end of one worker process."""

import asyncio
import itertools
import logging
import socket
import sys
from dataclasses import dataclass
from typing import assert_never

from nexy.contracts.errors import Internal, NexyError, Unavailable
from nexy.modules.sensor_streams.producing import Row, Sink
from nexy.modules.sensor_streams.workers.connection import Connection, Reply
from nexy.modules.sensor_streams.workers.wire import (
    Begin,
    Look,
    More,
    ReplyKind,
    Seen,
    Stop,
    decode_seen,
    decode_trouble,
)
from nexy.utils.child_process import ChildProcess

WORKER_MODULE = "nexy.modules.sensor_streams.workers.worker"
_log = logging.getLogger("nexy.sensor_streams")


@dataclass(slots=True, eq=False)
class _Running:
    """A computation of the worker; without a sink it is on its way out and still holds its memory."""

    sink: Sink | None
    memory_bytes: int


class RunningProduction:
    """`Production` of one worker."""

    def __init__(self, worker: "StreamWorker", number: int) -> None:
        self._worker = worker
        self._number = number

    def more(self, rows: int) -> None:
        """Credit for so many rows more."""
        self._worker.connection.send(self._number, More(credit=rows))

    def stop(self) -> None:
        """Nobody wants more."""
        self._worker.stop_computation(self._number)


class StreamWorker:
    """One process with many computations; when it dies each of them fails with the same sentence."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._running: dict[int, _Running] = {}
        self._questions: dict[int, asyncio.Future[Seen]] = {}
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._child: ChildProcess | None = None
        self.connection = Connection(self._received, self.kill)

    @classmethod
    async def launch(cls, timeout_seconds: float) -> "StreamWorker":
        """Start a process and wait until it is ready; raises `Unavailable` with the reason."""
        worker = cls()
        ready = False
        try:
            await worker._start(timeout_seconds)
            ready = True
        finally:
            if not ready:
                await asyncio.shield(worker.stop(0.0))
        return worker

    async def _start(self, timeout_seconds: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            # The socket belongs to the connection from here on, whatever becomes of the child.
            await asyncio.get_running_loop().create_unix_connection(lambda: self.connection, sock=ours)
            null = asyncio.subprocess.DEVNULL
            try:
                command = (sys.executable, "-P", "-m", WORKER_MODULE)
                self._child = await ChildProcess.spawn(command, stdin=theirs.fileno(), stdout=null)
            except OSError as error:
                raise Unavailable(f"sensor worker does not start: {error.strerror}") from error
        self._child.ended.add_done_callback(self._died)
        try:
            async with asyncio.timeout(timeout_seconds):
                # Shielded: it is set later even where nobody waits any more.
                await asyncio.shield(self._ready)
        except TimeoutError as late:
            raise Unavailable(f"sensor worker is not ready after {timeout_seconds:g} s") from late

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._child is not None
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked, as far as is known."""
        return self._child is not None and not self._child.exited

    @property
    def memory_bytes(self) -> int:
        """What its computations hold."""
        return sum(running.memory_bytes for running in self._running.values())

    @property
    def idle(self) -> bool:
        """Whether nobody wants anything of it."""
        return not self._running and not self._questions

    async def look(self, look: Look) -> Seen:
        """What the source is; raises the worker's own error, `Unavailable` when it dies."""
        number = next(self._numbers)
        answer: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._questions[number] = answer
        try:
            self.connection.send(number, look)
            return await answer
        finally:
            del self._questions[number]

    def begin(self, begin: Begin, sink: Sink) -> RunningProduction:
        """Start a computation."""
        number = next(self._numbers)
        self._running[number] = _Running(sink, begin.feed.memory_bytes)
        self.connection.send(number, begin)
        return RunningProduction(self, number)

    def stop_computation(self, number: int) -> None:
        """Let the sink go at once; the memory is free when the worker says so."""
        running = self._running.get(number)
        if running is not None and running.sink is not None:
            running.sink = None
            self.connection.send(number, Stop())

    def _received(self, reply: Reply) -> None:
        match reply.kind:
            case ReplyKind.ROW:
                self._row(reply)
            case ReplyKind.SEEN:
                self._answered(reply)
            case ReplyKind.ENDED | ReplyKind.TROUBLE:
                self._ended(reply)
            case ReplyKind.READY:
                self._ready.set_result(None)
            case _:
                assert_never(reply.kind)

    def _row(self, reply: Reply) -> None:
        running = self._running.get(reply.number)
        if running is None or running.sink is None:
            return
        running.sink.row(
            Row(
                start_ns=reply.start_ns, end_ns=reply.end_ns, intensities=reply.body,
                highest=reply.highest, lowest=reply.lowest,
            )
        )  # fmt: skip

    def _answered(self, reply: Reply) -> None:
        answer = self._questions.get(reply.number)
        if answer is not None and not answer.done():
            answer.set_result(decode_seen(reply.body))

    def _ended(self, reply: Reply) -> None:
        answer = self._questions.get(reply.number)
        if answer is not None and not answer.done():
            answer.set_exception(_problem_in(reply))
        running = self._running.pop(reply.number, None)
        if running is None or running.sink is None:
            return
        if reply.kind is ReplyKind.TROUBLE:
            running.sink.failed(_problem_in(reply))
        else:
            running.sink.ended()

    def _died(self, ended: "asyncio.Future[int]") -> None:
        code = ended.result()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        running, self._running = self._running, {}
        for each in running.values():
            if each.sink is not None:
                told = f"the process that computed it ended ({how}); configure the job again"
                each.sink.failed(Internal(told, code="sensor_worker_died"))
        gone = Unavailable(f"sensor worker ended ({how})", code="sensor_worker_died")
        _refuse(self._ready, gone)
        for answer in self._questions.values():
            _refuse(answer, gone)
        # Whether somebody still waits for it or not, it has been told.
        self._ready.exception()
        self.connection.close()

    def kill(self) -> None:
        """End the process at once."""
        if self._child is not None:
            self._child.kill()

    async def stop(self, grace_seconds: float) -> None:
        """Close the socket, which ends the process, and kill it when it does not end in time."""
        for running in self._running.values():
            running.sink = None
        self.connection.close()
        if self._child is None:
            return
        try:
            async with asyncio.timeout(grace_seconds):
                await asyncio.shield(self._child.ended)
        except TimeoutError:
            self._child.kill()
            await asyncio.shield(self._child.ended)


def _refuse(answer: "asyncio.Future[None] | asyncio.Future[Seen]", problem: Unavailable) -> None:
    if not answer.done():
        answer.set_exception(problem)


def _problem_in(reply: Reply) -> NexyError:
    trouble = decode_trouble(reply.body)
    if trouble.where:
        context = {"decision": "error", "ctx": {"where": trouble.where}}
        _log.error("defect in a sensor worker: %s", trouble.message, extra=context)
    return trouble.error
