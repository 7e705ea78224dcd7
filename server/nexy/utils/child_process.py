"""A child process as asyncio reports it: started safely, ended surely."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Self, cast

from nexy.utils.supervisor import owned_task

Stream = int | IO[bytes]


class ChildProcess(asyncio.SubprocessProtocol):
    """One future for the end; what its streams are is up to those who start it.

    `asyncio.create_subprocess_exec` would do, but its `wait` hangs while a dead child's output is paused unread.
    """

    def __init__(self) -> None:
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._code = 0

    @classmethod
    async def spawn(
        cls, command: Sequence[str], *, stdin: Stream, stdout: Stream, environment: Mapping[str, str] | None = None
    ) -> Self:
        """Start the child in a session of its own, without an `environment` in ours; raises `OSError` if that fails.

        A start that is cancelled half-way is finished first, then the child is ended and reaped.
        """
        async with owned_task(cls._started(command, stdin, stdout, environment)) as starting:
            try:
                return await asyncio.shield(starting)
            except asyncio.CancelledError:
                await asyncio.wait((starting,))
                if starting.exception() is None:
                    starting.result().kill()
                    await asyncio.shield(starting.result().ended)
                raise

    @classmethod
    async def _started(
        cls, command: Sequence[str], stdin: Stream, stdout: Stream, environment: Mapping[str, str] | None
    ) -> Self:
        null = asyncio.subprocess.DEVNULL
        loop = asyncio.get_running_loop()
        _transport, child = await loop.subprocess_exec(
            cls, *command, stdin=stdin, stdout=stdout, stderr=null, start_new_session=True, env=environment
        )
        return child

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The child runs."""
        self._process = cast(asyncio.SubprocessTransport, transport)

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

    def kill(self) -> None:
        """End the child at once."""
        if not self.exited:
            # Not through the transport: it asks for the exit code first, and the one who waits for that would miss it.
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
