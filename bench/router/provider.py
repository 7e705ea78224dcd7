"""The provider of the benchmark: the wire-true frames of the tests' fakes, with the HTTP around them cut to the bone.

It is a process of its own on the load's core, so it must cost little. `POST /play` tells how it answers from then on.
"""

import argparse
import asyncio
import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import uvloop
from server.tests.support import fake_anthropic_script, fake_openai_script
from server.tests.support.fake_script import Frames, Script

OPENAI_PATH, ANTHROPIC_PATH, PLAY_PATH = b"/v1/chat/completions", b"/v1/messages", b"/play"
OPENAI_MODEL, ANTHROPIC_MODEL = "gpt-4o-mini", "claude-sonnet-4-5"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_STREAM = re.compile(rb'"stream": *true')
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast it answers: seconds before the first token (or the whole), and before every other one."""

    first_seconds: float = 0.0
    token_seconds: float = 0.0


def script(model: str, tokens: int) -> Script:
    """So many words in sentences of twelve."""
    words = ["This", *(f"word{n}" + ("." if n % 12 == 11 else "") for n in range(1, tokens))]
    return Script(answer=" ".join(words), model=model, prompt_tokens=400)


class Player:
    """What all connections say."""

    def __init__(self, tokens: int) -> None:
        self.pace = Pace()
        openai = script(OPENAI_MODEL, tokens)
        self.whole = _answer(fake_openai_script.completion(openai))
        self.openai = _chunks(fake_openai_script.WIRE.encode(openai))
        self.anthropic = _chunks(fake_anthropic_script.WIRE.encode(script(ANTHROPIC_MODEL, tokens)))


def _answer(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _chunks(frames: Frames) -> list[bytes]:
    """One chunk for each token; what closes the stream comes at once."""
    return [_chunk(frame) for frame in frames.tokens] + [_chunk(b"".join(frames.closing)) + _LAST_CHUNK]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class _Connection(asyncio.Protocol):
    def __init__(self, player: Player) -> None:
        self._player = player
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = bytes(self._received).partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or (length and len(body) < int(length[1])):
            return
        self._received.clear()
        self._answer(head.split(b" ", 2)[1], body)

    def _answer(self, path: bytes, body: bytes) -> None:
        player, loop = self._player, asyncio.get_running_loop()
        if path == PLAY_PATH:
            player.pace = msgspec.json.decode(body, type=Pace)
            self._write(_answer(b"{}"))
            return
        if path == OPENAI_PATH and not _STREAM.search(body):
            loop.call_later(player.pace.first_seconds, self._write, player.whole)
            return
        chunks = iter(player.anthropic if path == ANTHROPIC_PATH else player.openai)
        loop.call_later(player.pace.first_seconds, self._next, _HEAD + next(chunks), chunks)

    def _next(self, chunk: bytes, rest: Iterator[bytes]) -> None:
        self._write(chunk)
        following = next(rest, None)
        if following is not None:
            # Even without a pause every token is a write, and a packet, of its own.
            asyncio.get_running_loop().call_later(self._player.pace.token_seconds, self._next, following, rest)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def serve(ready: Path, tokens: int) -> None:
    """Serve until SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    player = Player(tokens)
    server = await loop.create_server(lambda: _Connection(player), "127.0.0.1", 0, backlog=1024)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    partial = ready.with_suffix(".tmp")
    partial.write_text(json.dumps({"pid": os.getpid(), "grpc": address, "api": address}))
    partial.replace(ready)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="provider of bench.router")
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=60)
    given = parser.parse_args()
    uvloop.run(serve(given.ready, given.tokens))


if __name__ == "__main__":
    main()
