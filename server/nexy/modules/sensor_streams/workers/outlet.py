"""The worker's side of the socket."""

import socket
from threading import Lock

from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.workers.wire import (
    ORDER_HEADER,
    REPLY_HEADER,
    Order,
    ReplyKind,
    Seen,
    Trouble,
    decode_order,
    encode_reply,
)


class Outlet:
    """Whole messages from several threads, one after the other; waits while the server does not read."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = Lock()

    def say(self, kind: ReplyKind, number: int, told: Seen | Trouble | None = None) -> None:
        """Send any reply but a row; raises `OSError` when the server is gone."""
        with self._lock:
            self._connection.sendall(encode_reply(kind, number, told))

    def row(self, number: int, start_ns: int, end_ns: int, highest: float, lowest: float, row: Samples) -> None:
        """Send one row straight from its array."""
        body = row.data.cast("B")
        header = REPLY_HEADER.pack(ReplyKind.ROW, number, len(body), start_ns, end_ns, highest, lowest)
        with self._lock:
            self._connection.sendall(header)
            self._connection.sendall(body)


def read_order(connection: socket.socket) -> tuple[int, Order]:
    """The next order and its number; raises `EOFError` when the server is gone."""
    kind, number, length = ORDER_HEADER.unpack(_exactly(connection, ORDER_HEADER.size))
    return number, decode_order(kind, _exactly(connection, length))


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = connection.recv(size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
