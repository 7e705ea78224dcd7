"""The pipes and the exit of one speech worker."""

import asyncio
from collections.abc import Sequence
from typing import cast

from nexy.utils.child_process import ChildProcess

_PIPE_BYTES = 128 * 1024
_PIPE = asyncio.subprocess.PIPE


class WorkerLink(ChildProcess):
    """Orders out, replies in, and one future for the end."""

    def __init__(self) -> None:
        super().__init__()
        self.replies = asyncio.StreamReader(limit=_PIPE_BYTES, loop=asyncio.get_running_loop())

    @classmethod
    async def open(cls, command: Sequence[str]) -> "WorkerLink":
        """Start the child; raises `OSError` when that fails."""
        return await cls.spawn(command, stdin=_PIPE, stdout=_PIPE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The child runs."""
        super().connection_made(transport)
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

    def send(self, message: bytes) -> bool:
        """Queue the message for the child; false when it does not listen any more."""
        if self._orders.is_closing():
            return False
        self._orders.write(message)
        return True

    def close_input(self) -> None:
        """Tell the child that nothing follows."""
        self._orders.close()
