"""The pipes and the exit of one child process, as asyncio reports them."""

import asyncio
from collections.abc import Sequence
from typing import cast

from nexy.utils.supervisor import owned_task

_PIPE_BYTES = 128 * 1024


class WorkerLink(asyncio.SubprocessProtocol):
    """Orders out, replies in, and one future for the end.

    `asyncio.create_subprocess_exec` would do, but its `wait` hangs while a dead child's output is paused unread.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.replies = asyncio.StreamReader(limit=_PIPE_BYTES, loop=loop)
        self.ended: asyncio.Future[int] = loop.create_future()
        self._code = 0

    @classmethod
    async def spawn(cls, command: Sequence[str]) -> "WorkerLink":
        """Start the child in a session of its own; raises `OSError` when that fails.

        A start that is cancelled half-way is finished first, then the child is ended and reaped.
        """
        async with owned_task(cls._started(command)) as starting:
            try:
                return await asyncio.shield(starting)
            except asyncio.CancelledError:
                await asyncio.wait((starting,))
                if starting.exception() is None:
                    starting.result().kill()
                    await asyncio.shield(starting.result().ended)
                raise

    @classmethod
    async def _started(cls, command: Sequence[str]) -> "WorkerLink":
        null, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
        loop = asyncio.get_running_loop()
        _transport, link = await loop.subprocess_exec(
            cls, *command, stdin=pipe, stdout=pipe, stderr=null, start_new_session=True
        )
        return link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The child runs."""
        self._process = cast(asyncio.SubprocessTransport, transport)
        self._orders = cast(asyncio.WriteTransport, self._process.get_pipe_transport(0))
        output = self._process.get_pipe_transport(1)
        assert output is not None
        self.replies.set_transport(output)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """The child said something."""
        self.replies.feed_data(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """The child, or we, closed a pipe."""
        if fd == 1:
            self.replies.feed_eof()

    def process_exited(self) -> None:
        """The child is reaped; what it left in the pipes is not worth waiting for."""
        self._code = self._process.get_returncode() or 0
        self._process.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Child and pipes are gone."""
        if not self.ended.done():
            self.ended.set_result(self._code)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.get_pid()

    @property
    def exited(self) -> bool:
        """Whether the child is known to have ended."""
        return self._process.get_returncode() is not None

    def send(self, message: bytes) -> bool:
        """Queue the message for the child; false when it does not listen any more."""
        if self._orders.is_closing():
            return False
        self._orders.write(message)
        return True

    def close_input(self) -> None:
        """Tell the child that nothing follows."""
        self._orders.close()

    def kill(self) -> None:
        """End the child at once."""
        if not self.exited:
            self._process.kill()
