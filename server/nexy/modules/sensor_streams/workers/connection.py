"""The server's end of a worker's socket: rows are received straight into the buffer that viewers get."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from nexy.modules.sensor_streams.workers.wire import REPLY_HEADER, Order, ReplyKind, encode_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message of a worker; times and extremes are those of a row."""

    kind: ReplyKind
    number: int
    start_ns: int
    end_ns: int
    highest: float
    lowest: float
    body: bytearray


class Connection(asyncio.BufferedProtocol):
    """Cuts what arrives into replies; `lost` is called once, when the socket has closed."""

    def __init__(self, received: Callable[[Reply], None], lost: Callable[[], None]) -> None:
        self._received = received
        self._lost = lost
        self._header = bytearray(REPLY_HEADER.size)
        self._body: bytearray | None = None
        self._have = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast(asyncio.Transport, transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go: the rest of a header or of a body."""
        return memoryview(self._target)[self._have :]

    @property
    def _target(self) -> bytearray:
        return self._header if self._body is None else self._body

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes have come."""
        self._have += nbytes
        if self._have < len(self._target):
            return
        self._have = 0
        if self._body is None:
            length = REPLY_HEADER.unpack(self._header)[2]
            self._body = bytearray(length)
            if length:
                return
        self._complete(self._body)

    def _complete(self, body: bytearray) -> None:
        kind, number, _length, start_ns, end_ns, highest, lowest = REPLY_HEADER.unpack(self._header)
        self._body = None
        self._received(
            Reply(
                kind=ReplyKind(kind), number=number, start_ns=start_ns, end_ns=end_ns, highest=highest, lowest=lowest,
                body=body,
            )
        )  # fmt: skip

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker is gone, or we have let it go."""
        self._lost()

    def send(self, number: int, order: Order) -> None:
        """Queue an order; to a worker that is gone it is lost, which its end will tell."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode_order(number, order))

    def close(self) -> None:
        """Let the worker end."""
        if self._transport is not None:
            self._transport.close()
