"""A model that costs next to nothing and remembers when it wrote each token.

It runs inside the load process, so that the moment of a token and the moment of its sound are read from one clock.
The frames are those of the fake provider that all tests share; only the HTTP around them is cut to the bone.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from bench.voice.load import Load

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_QUESTION = re.compile(rb"question (\d{9})")
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
    b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
)
_LAST_CHUNK = b"0\r\n\r\n"


def question(number: int) -> str:
    """The prompt whose answer is logged under `number`."""
    return f"Please answer question {number:09d}"


@dataclass(slots=True)
class ScriptedLlm:
    """Answers every request with the load that is set; `written[number]` are the times of its tokens.

    `async with ScriptedLlm(load) as llm` listens on a free loopback port.
    """

    load: Load
    port: int = 0
    last_body: bytes = b""
    written: dict[int, list[float]] = field(default_factory=dict)
    keeps_bodies: bool = False
    bodies: dict[int, bytes] = field(default_factory=dict)
    chunks: Sequence[bytes] = ()
    closing: bytes = b""
    _server: asyncio.Server | None = None

    def play(self, load: Load) -> None:
        """Answer with `load` from the next request on."""
        frames = load.frames()
        self.load = load
        self.chunks = [_chunk(frame) for frame in frames.tokens]
        self.closing = _chunk(b"".join(frames.closing)) + _LAST_CHUNK

    async def __aenter__(self) -> "ScriptedLlm":
        self.play(self.load)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._server is not None:
            self._server.close()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


class _Connection(asyncio.Protocol):
    """One kept connection; one answer at a time."""

    def __init__(self, llm: ScriptedLlm) -> None:
        self._llm = llm
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._received, 0, head)
        begin = head + 4
        end = begin + (int(length.group(1)) if length else 0)
        if len(self._received) < end:
            return
        body = bytes(self._received[begin:end])
        del self._received[:end]
        self._answer(body)

    def _answer(self, body: bytes) -> None:
        self._llm.last_body = body
        # The last one: what is remembered of the talk stands before it and holds earlier questions.
        asked = _QUESTION.findall(body)
        number = int(asked[-1]) if asked else 0
        self._log = self._llm.written.setdefault(number, [])
        self._log.clear()
        if self._llm.keeps_bodies:
            self._llm.bodies[number] = body
        if self._llm.load.token_seconds <= 0:
            self._log.extend([time.monotonic()] * (len(self._llm.chunks) - 1))
            self._transport.write(b"".join((_HEAD, *self._llm.chunks, self._llm.closing)))
            return
        # The first chunk names the role and carries no word.
        self._transport.write(_HEAD + self._llm.chunks[0])
        self._chunks = self._llm.chunks
        self._next = 1
        self._due = self._loop.time()
        self._wait()

    def _wait(self) -> None:
        self._due += self._llm.load.token_seconds
        self._timer = self._loop.call_at(self._due, self._write)

    def _write(self) -> None:
        self._log.append(time.monotonic())
        self._transport.write(self._chunks[self._next])
        self._next += 1
        if self._next < len(self._chunks):
            self._wait()
        else:
            self._transport.write(self._llm.closing)
