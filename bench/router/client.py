"""A client that costs next to nothing: it writes prepared requests and keeps the bytes of the replies."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import cast

_HEAD_END = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply: its body without the chunks' frames, seconds to its first content and to its end."""

    status: int
    body: bytes
    first_seconds: float
    seconds: float


class Broken(Exception):
    """The connection ended before the reply did."""


class Connection(asyncio.Protocol):
    """One connection that is kept; one request at a time."""

    def __init__(self, mark: bytes = b"") -> None:
        self._mark = mark
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._ends_at = -1
        self._chunked = False
        self._body_at = 0
        self._first = 0.0
        self._done: asyncio.Future[None] | None = None
        self._gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it."""
        self._transport = cast(asyncio.Transport, transport)

    async def ask(self, request: bytes) -> Reply:
        """The reply to a whole request; its first content is where `mark` is found first."""
        assert self._transport is not None
        self._received, self._ends_at, self._body_at, self._first = bytearray(), -1, 0, 0.0
        done = self._done = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        self._transport.write(request)
        await done
        ended = time.monotonic()
        body = bytes(self._received[self._body_at :])
        return Reply(
            status=int(self._received[9:12]),
            body=_without_frames(body) if self._chunked else body,
            first_seconds=(self._first or ended) - began,
            seconds=ended - began,
        )

    def data_received(self, data: bytes) -> None:
        """Look for the end, once the head has told how it ends."""
        received = self._received
        if not self._first and self._mark and self._mark in data:
            self._first = time.monotonic()
        received += data
        if not self._body_at and not self._head():
            return
        complete = received.endswith(_LAST_CHUNK) if self._chunked else len(received) >= self._ends_at
        if complete and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits learns it."""
        self._gone.set()
        if self._done is not None and not self._done.done():
            self._done.set_exception(Broken("the connection ended before the reply"))

    async def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()
            await self._gone.wait()

    def _head(self) -> bool:
        at = self._received.find(_HEAD_END)
        if at < 0:
            return False
        head = bytes(self._received[:at]).lower()
        self._body_at = at + len(_HEAD_END)
        self._chunked = b"transfer-encoding: chunked" in head
        _, told, rest = head.partition(b"content-length:")
        self._ends_at = self._body_at + (int(rest.split(b"\r\n", 1)[0]) if told else 0)
        return True


def _without_frames(body: bytes) -> bytes:
    parts, at = [], 0
    while at < len(body):
        end = body.index(b"\r\n", at)
        size = int(body[at:end], 16)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 4 + size
    return b"".join(parts)


def post(path: str, body: bytes, key: str = "", media_type: str = "application/json") -> bytes:
    """A whole request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def connections(address: str, count: int, mark: bytes = b"") -> AsyncGenerator[Sequence[Connection], None]:
    """So many of them, closed afterwards."""
    host, _, port = address.rpartition(":")
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            _, connection = await loop.create_connection(lambda: Connection(mark), host, int(port))
            stack.push_async_callback(connection.close)
            made.append(connection)
        yield made
