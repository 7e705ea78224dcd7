"""A server that speaks PostgreSQL's start-up wire and says that it is an old version; it knows no query.

The messages are those of the PostgreSQL documentation, "Frontend/Backend Protocol: Message Formats".
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_SSL_REQUEST = 80877103
_FAREWELL = b"X"
_PATIENCE_SECONDS = 10


@asynccontextmanager
async def old_postgres(version: str, *, deaf: bool = False) -> AsyncIterator[int]:
    """Listens on a free loopback port, which is the block's value; every login is let in.

    A deaf one does not hear the farewell either: it leaves the line open.
    """

    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        try:
            await _greet(reader, writer, version)
            while (heard := await reader.read(1024)) and (deaf or not heard.startswith(_FAREWELL)):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*served, server.wait_closed()), _PATIENCE_SECONDS)


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, version: str) -> None:
    while True:
        size, code = struct.unpack(">II", await reader.readexactly(8))
        await reader.readexactly(size - 8)
        if code != _SSL_REQUEST:
            break
        writer.write(b"N")
    told = {"server_version": version, "client_encoding": "UTF8", "DateStyle": "ISO, MDY", "TimeZone": "UTC",
            "integer_datetimes": "on", "standard_conforming_strings": "on"}  # fmt: skip
    writer.write(_message(b"R", struct.pack(">I", 0)))
    for name, value in told.items():
        writer.write(_message(b"S", f"{name}\0{value}\0".encode()))
    writer.write(_message(b"K", struct.pack(">II", 1, 1)))
    writer.write(_message(b"Z", b"I"))
    await writer.drain()


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body
