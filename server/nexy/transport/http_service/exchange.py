"""One request and its reply on plain ASGI: for the doors where a framework's own objects would cost too much."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from starlette.types import Message, Receive, Scope, Send

from nexy.contracts.errors import DeadlineExceeded, NexyError, TooLarge
from nexy.transport.http_service.patient_cycle import CONNECTION, OWN_HEADERS
from nexy.utils.supervisor import owned_task

Headers = Sequence[tuple[bytes, bytes]]
JSON: Headers = ((b"content-type", b"application/json"),)
CLOSE: Headers = ((b"connection", b"close"),)
_ID_BYTES, _IDS_AT_ONCE = 16, 256
# A page in a browser must not take an answer for anything but what it is said to be.
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")


class Connection(Protocol):
    """The part of a server's connection that is used here: `on_lost` is called once when the client has gone."""

    on_lost: Callable[[], None] | None

    @property
    def body_is_here(self) -> bool:
        """Whether nothing more of the last request is to come."""
        ...


def _drawn() -> Iterator[str]:
    """Request ids; the system is asked for chance once for many, since every call of it costs some microseconds."""
    while True:
        drawn = os.urandom(_ID_BYTES * _IDS_AT_ONCE)
        for start in range(0, len(drawn), _ID_BYTES):
            yield drawn[start : start + _ID_BYTES].hex()


_request_ids = _drawn()


def new_request_id() -> str:
    """The id of one request, 32 hexadecimal digits."""
    return next(_request_ids)


class ClientGone(NexyError):
    """Nobody is there any more to take an answer."""


class Exchange:
    """`heads` are the headers in small letters; `status` is what was replied, 0 before; `extra` goes with any reply."""

    __slots__ = (
        "_receive", "_send", "began", "extra", "gone", "heads", "method", "path", "request_id", "scope", "status",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, send: Send, heads: dict[bytes, bytes]) -> None:
        self.began = time.monotonic()
        self.scope = scope
        self.heads = heads
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.request_id = next(_request_ids)
        self.status = 0
        self.extra: Headers = ()
        self.gone = False
        self._receive = receive
        self._send = send

    async def body(self, max_bytes: int, seconds: float) -> bytes:
        """The whole body; raises `TooLarge` before it is read where its length is told, else when it is too much.

        Raises `DeadlineExceeded` where the rest of it does not come in time, `ClientGone` where it never will.
        """
        told = self.heads.get(b"content-length", b"")
        if told.isdigit() and int(told) > max_bytes:
            raise _too_large(max_bytes)
        message = await self._first_part(seconds)
        if not message.get("more_body"):
            return _part(message, max_bytes, 0)
        parts = bytearray(_part(message, max_bytes, 0))
        try:
            async with asyncio.timeout(seconds):
                while message.get("more_body"):
                    message = await self._receive()
                    parts += _part(message, max_bytes, len(parts))
        except TimeoutError:
            raise _too_late() from None
        return bytes(parts)

    async def _first_part(self, seconds: float) -> Message:
        """Without a timer where nothing is to come, or where it came with the headers."""
        if b"content-length" not in self.heads and b"transfer-encoding" not in self.heads:
            return {"type": "http.request", "body": b""}
        connection: Connection | None = self.scope.get(CONNECTION)
        if connection is not None and connection.body_is_here:
            return await self._receive()
        try:
            async with asyncio.timeout(seconds):
                return await self._receive()
        except TimeoutError:
            raise _too_late() from None

    async def reply(self, status: int, body: bytes, headers: Headers = JSON) -> None:
        """The whole reply."""
        length = (b"content-length", b"%d" % len(body))
        await self.begin(status, (*headers, length))
        await self._send({"type": "http.response.body", "body": body})

    async def begin(self, status: int, headers: Headers) -> None:
        """Status and headers; the body follows by `write`."""
        self.status = status
        heads = [*headers, _NO_SNIFFING, *self.extra]
        await self._send({"type": "http.response.start", "status": status, "headers": heads, OWN_HEADERS: True})

    async def write(self, data: bytes) -> None:
        """A piece of the body; waits while the client does not read."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self, data: bytes = b"") -> None:
        """The last piece of the body."""
        await self._send({"type": "http.response.body", "body": data})

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None, None]:
        """Cancel the block as soon as the client goes away, and end it quietly; only behind a body that was read."""
        task = asyncio.current_task()
        assert task is not None

        def left() -> None:
            self.gone = True
            task.cancel()

        try:
            connection: Connection | None = self.scope.get(CONNECTION)
            if connection is None:
                async with owned_task(self._wait_for_the_end(left)):
                    yield
                    await self._notice()
            else:
                connection.on_lost = left
                try:
                    yield
                    await self._notice()
                finally:
                    connection.on_lost = None
        except asyncio.CancelledError:
            # Who stops the server cancels too, and must be heard.
            if not self.gone or task.uncancel() > 0:
                raise
            raise ClientGone("the client has gone") from None

    async def _notice(self) -> None:
        """Let a cancellation come that the block was too quick for."""
        if self.gone:
            await asyncio.sleep(0)

    async def _wait_for_the_end(self, left: Callable[[], None]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        left()


def _part(message: Message, max_bytes: int, before: int) -> bytes:
    if message["type"] != "http.request":
        raise ClientGone("the client has gone")
    part: bytes = message.get("body", b"")
    if before + len(part) > max_bytes:
        raise _too_large(max_bytes)
    return part


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"body: at most {max_bytes} bytes are taken", field="body")


def _too_late() -> DeadlineExceeded:
    return DeadlineExceeded("body: it does not come in time", code="body_timeout", field="body")


def heads_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers by their names; of repeated ones the last."""
    headers: Any = scope["headers"]
    return dict(headers)
