"""A wire between client and server that can fall silent: nothing passes any more, and neither end is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from nexy.utils.supervisor import TaskSupervisor


class SilentProxy:
    """Listens at `address`; passes everything on until `hush`."""

    def __init__(self, target: str) -> None:
        self._host, _, port = target.rpartition(":")
        self._port = int(port)
        self._tasks = TaskSupervisor("silent_proxy")
        self._open = asyncio.Event()
        self._open.set()
        self._writers: list[asyncio.StreamWriter] = []
        self.address = ""

    def hush(self) -> None:
        """From now on it takes nothing and gives nothing."""
        self._open.clear()

    async def serve(self) -> asyncio.Server:
        """Listen on a free port."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        return server

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        self._writers += [writer, far_writer]
        self._tasks.spawn(self._carry(reader, far_writer))
        self._tasks.spawn(self._carry(far_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()

    async def close(self) -> None:
        """Cut both ends."""
        await self._tasks.cleanup()
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def silent_proxy(target: str) -> AsyncIterator[SilentProxy]:
    """A proxy in front of the target, gone at the end."""
    proxy = SilentProxy(target)
    server = await proxy.serve()
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
