"""An HTTP connection whose whole exchange has one deadline, however slowly the bytes drip in."""

import http.client
import io
import socket
import ssl
import time
from typing import Any

from nexy_client.streams.address import Address
from nexy_client.streams.trust import Trust


class Deadline:
    """So many seconds from now on."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds; raises `TimeoutError` where none are left."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


class FocusConnection(http.client.HTTPConnection):
    """To a plain or an encrypted door; the certificate must carry `server_name`, or the host where there is none."""

    def __init__(self, address: Address, trust: Trust, seconds: float) -> None:
        super().__init__(address.host, address.port)
        self._address = address
        self._trust = trust
        self._deadline = Deadline(seconds)
        # http.client only calls it.
        self.response_class = self._response  # type: ignore[assignment]

    def connect(self) -> None:
        """Raises `OSError`."""
        address = (self._address.host, self._address.port)
        plain = socket.create_connection(address, timeout=self._deadline.left())
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock: socket.socket = plain
        if self._address.tls:
            plain.settimeout(self._deadline.left())
            name = self._trust.server_name or self._address.host
            self.sock = self._trust.context().wrap_socket(plain, server_hostname=name)
        self.sock.settimeout(self._deadline.left())

    def _response(self, sock: socket.socket, *given: Any, **named: Any) -> http.client.HTTPResponse:  # noqa: ANN401
        answered: Any = _Answering(sock, self._deadline)
        return http.client.HTTPResponse(answered, *given, **named)


class _Answering:
    """What http.client asks of a socket for an answer: a file."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Bytes(self._sock, self._deadline))


class _Bytes(io.RawIOBase):
    """Waits for each piece no longer than the deadline allows."""

    def __init__(self, sock: socket.socket | ssl.SSLSocket, deadline: Deadline) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline
        # Keeps the socket open when http.client has closed it in its own hands.
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  a writable buffer has no name in 3.11
        self._sock.settimeout(self._deadline.left())
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
