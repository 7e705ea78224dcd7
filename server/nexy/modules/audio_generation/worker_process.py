"""The server's end of one speech worker."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from typing import assert_never

from nexy.contracts.errors import Unavailable
from nexy.modules.audio_generation.wire import CANCEL_ORDER, REPLY_HEADER, Order, ReplyKind
from nexy.modules.audio_generation.worker_link import WorkerLink

WORKER_MODULE = "nexy.modules.audio_generation.worker"


class WorkerDied(Exception):
    """The process is gone; `accepted` tells whether it had taken the sentence."""

    def __init__(self, *, accepted: bool) -> None:
        super().__init__("speech worker died")
        self.accepted = accepted


class UnknownVoice(Exception):
    """The engine has no voice of that name."""


class SpeechWorker:
    """One process, one sentence at a time; after a failure of any kind it is dead and stays so."""

    def __init__(self, link: WorkerLink) -> None:
        self._link = link
        self._header: tuple[ReplyKind, int] | None = None
        self._dead = False
        self._accepted = False
        self._seconds_left = 0.0
        self.busy = False

    @classmethod
    async def launch(cls, arguments: Sequence[str], timeout_seconds: float) -> "SpeechWorker":
        """Start a process and wait until it is ready; raises `Unavailable` with its reason."""
        try:
            link = await WorkerLink.open((sys.executable, "-P", "-m", WORKER_MODULE, *arguments))
        except OSError as error:
            raise Unavailable(f"speech worker does not start: {error.strerror}") from error
        worker = cls(link)
        ready = False
        try:
            await worker._greet(timeout_seconds)
            ready = True
        finally:
            if not ready:
                worker.kill()
                await asyncio.shield(link.ended)
        return worker

    async def _greet(self, timeout_seconds: float) -> None:
        try:
            async with asyncio.timeout(timeout_seconds):
                kind, body = await self._next_reply()
        except TimeoutError as late:
            raise Unavailable(f"speech worker is not ready after {timeout_seconds:g} s") from late
        except WorkerDied as death:
            raise Unavailable("speech worker ended before it was ready") from death
        if kind is not ReplyKind.READY:
            raise Unavailable(f"speech worker does not start: {body.decode(errors='replace')}")

    @property
    def pid(self) -> int:
        """The process id."""
        return self._link.pid

    @property
    def alive(self) -> bool:
        """Whether it can be given a sentence, as far as is known."""
        return not self._dead and not self._link.exited

    async def speak(self, order: Order, timeout_seconds: float) -> AsyncGenerator[bytes, None]:
        """The sound of one sentence, chunk by chunk.

        `timeout_seconds` counts only what the worker takes, never how slowly the chunks are read.
        Raises `WorkerDied`, `UnknownVoice`, or `Unavailable` when it takes too long (the process is then killed).
        """
        self._accepted, self._seconds_left = False, timeout_seconds
        self._send(order.encode())
        self.busy = True
        while True:
            kind, body = await self._reply_in_time()
            match kind:
                case ReplyKind.SOUND:
                    yield body
                case ReplyKind.ACCEPTED:
                    self._accepted = True
                case ReplyKind.END:
                    self.busy = False
                    return
                case ReplyKind.UNKNOWN_VOICE:
                    self.busy = False
                    raise UnknownVoice
                case ReplyKind.FAILED | ReplyKind.READY:
                    self.busy = False
                    raise Unavailable("the speech engine refused the sentence", code="speech_refused")
                case ReplyKind.CALLED_OFF:
                    raise Unavailable("speech is stopped")
                case _:
                    assert_never(kind)

    async def abandon(self, timeout_seconds: float) -> bool:
        """Call the sentence off and throw away what is on its way; whether the worker is free again."""
        try:
            self._send(CANCEL_ORDER)
            async with asyncio.timeout(timeout_seconds):
                kind = ReplyKind.SOUND
                while kind in (ReplyKind.SOUND, ReplyKind.ACCEPTED):
                    kind, _body = await self._next_reply()
        except (TimeoutError, WorkerDied):
            self.kill()
            return False
        self.busy = False
        return True

    def _send(self, message: bytes) -> None:
        # Not drained: sentences are bounded, and a worker that does not read is found by its silence.
        if self._dead or not self._link.send(message):
            self.kill()
            raise WorkerDied(accepted=False)

    async def _reply_in_time(self) -> tuple[ReplyKind, bytes]:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self._seconds_left):
                return await self._next_reply()
        except TimeoutError as late:
            self.kill()
            raise Unavailable("speech took too long", code="speech_timeout") from late
        finally:
            self._seconds_left -= clock() - began

    async def _next_reply(self) -> tuple[ReplyKind, bytes]:
        replies = self._link.replies
        try:
            if self._header is None:
                kind, length = REPLY_HEADER.unpack(await replies.readexactly(REPLY_HEADER.size))
                self._header = ReplyKind(kind), length
            body = await replies.readexactly(self._header[1])
        except (asyncio.IncompleteReadError, ValueError) as gone:
            self.kill()
            raise WorkerDied(accepted=self._accepted) from gone
        # Kept until the body is there: a reader that is cancelled in between leaves a whole reply behind.
        reply, self._header = (self._header[0], body), None
        return reply

    def kill(self) -> None:
        """End the process at once."""
        self._dead = True
        self._link.kill()

    async def ended(self) -> int:
        """Wait until the process is gone and reaped; its exit code, negative for a signal."""
        code = await asyncio.shield(self._link.ended)
        self._dead = True
        return code

    async def stop(self, grace_seconds: float) -> None:
        """Let the process end by closing its input, and kill it when it does not in time."""
        self._dead = True
        self._link.close_input()
        try:
            async with asyncio.timeout(grace_seconds):
                await self.ended()
        except TimeoutError:
            self._link.kill()
            await self.ended()
