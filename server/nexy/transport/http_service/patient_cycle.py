"""uvicorn's side of one request, with a quicker way out for the doors whose headers are our own."""

from collections.abc import MutableMapping
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

OWN_HEADERS = "nexy.own_headers"
"""In a message that begins a reply: its headers need no check, and they wait for the first piece of the body."""
CONNECTION = "nexy.connection"
"""Where the scope holds the connection, if the server tells it."""


class Parting(Protocol):
    """The part of a connection that is used here."""

    def part(self) -> None:
        """End it in such a way that the reply arrives."""
        ...


class PatientCycle(RequestResponseCycle):
    """Head and first piece of the body leave in one write; what comes after it goes uvicorn's way.

    uvicorn looks at every header with two regular expressions and writes the head apart: half of what a reply costs.
    A reply that begins before its request has been read is the last one of its connection: nobody reads the rest.
    """

    head: bytes = b""
    leaves_body: bool = False

    async def send(self, message: MutableMapping[str, Any]) -> None:  # type: ignore[override]
        """One message of ASGI."""
        if OWN_HEADERS in message:
            self._hold(message)
        elif self.head:
            if self.flow.write_paused and not self.disconnected:
                await self.flow.drain()
            if not self.disconnected:
                self._write_first(message["body"], more=message.get("more_body", False))
        else:
            await self._send_slowly(message)

    async def _send_slowly(self, message: MutableMapping[str, Any]) -> None:
        if self.more_body and message["type"] == "http.response.start":
            self.leaves_body, self.keep_alive = True, False
        await super().send(message)  # type: ignore[arg-type]
        if self.leaves_body:
            # uvicorn closes where nothing is kept alive; this one is parted from.
            self.keep_alive = True
            if self.response_complete:
                self._part()

    def _part(self) -> None:
        connection: Parting = self.scope[CONNECTION]  # type: ignore[literal-required]
        connection.part()

    def _hold(self, message: MutableMapping[str, Any]) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        if self.more_body:
            self.leaves_body, self.keep_alive = True, False
        status: int = message["status"]
        lines = [STATUS_LINE[status]]
        self.chunked_encoding = self.scope["method"] != "HEAD" and status != 204
        for name, value in (*self.default_headers, *message["headers"]):
            lines += (name, b": ", value, b"\r\n")
            if name == b"content-length":
                self.chunked_encoding = False
                self.expected_content_length = int(value)
            elif name == b"connection" and value == b"close":
                self.keep_alive = False
        if self.chunked_encoding:
            lines.append(b"transfer-encoding: chunked\r\n")
        if not self.keep_alive and (b"connection", b"close") not in message["headers"]:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        self.head = b"".join(lines)

    def _write_first(self, body: bytes, *, more: bool) -> None:
        head, self.head = self.head, b""
        if self.scope["method"] == "HEAD":
            self.transport.write(head)
            self.expected_content_length = 0
        elif self.chunked_encoding:
            piece = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            self.transport.write(head + piece + (b"" if more else b"0\r\n\r\n"))
        else:
            self.expected_content_length -= len(body)
            self.transport.write(head + body)
        if not more:
            self._complete()

    def _complete(self) -> None:
        assert self.expected_content_length == 0
        self.response_complete = True
        self.message_event.set()
        if self.leaves_body:
            self._part()
        elif not self.keep_alive:
            self.transport.close()
        self.on_response()
