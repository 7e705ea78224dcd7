"""A PostgreSQL that answers late: a proxy before it holds every reply back for as long as it is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nexy.utils.supervisor import TaskSupervisor

_CHUNK = 65536


@dataclass(slots=True)
class SlowProxy:
    """Listens on `port` of the loopback; what the server says arrives `seconds` later, in its order."""

    socket: Path
    port: int = 0
    seconds: float = 0.0

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; the driver sends the next statement when it has the reply, so each waits."""
        inside, outside = await asyncio.open_unix_connection(str(self.socket))
        asked = asyncio.ensure_future(_copy(reader, outside))
        try:
            await self._answer(inside, writer)
        finally:
            asked.cancel()
            await asyncio.wait((asked,))
            for each in (outside, writer):
                each.close()

    async def _answer(self, inside: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await inside.read(_CHUNK):
                await asyncio.sleep(self.seconds)
                writer.write(data)
                await writer.drain()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def slow_proxy(socket: Path) -> AsyncGenerator[SlowProxy, None]:
    """A proxy before the server that listens on this unix socket."""
    proxy, connections = SlowProxy(socket), TaskSupervisor("slow proxy")

    def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.spawn(proxy.pass_on(reader, writer))

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await connections.cleanup()
