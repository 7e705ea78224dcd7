"""Connections that are too many, and requests that are refused before they were read, on a real socket."""

import asyncio
import json
import logging
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from support.http_door import http_door
from support.listening import listening

ASKS = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
FEW = ApiLimitsConfig(max_connections=2, headers_seconds=0.3)
MEGABYTE = b"x" * 2**20
MEGABYTES = 100
KEPT = ApiConfig(keys="ada=right", key_required=True, max_body_bytes=2**20)
CLOSED = ApiConfig(limits=ApiLimitsConfig(per_second=0.001, burst=1))


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(*address.rsplit(":", 1))
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The status line of one answer on a kept connection."""
    writer.write(ASKS)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    await reader.readuntil(b'"object":"list"}')
    return head.partition(b"\r\n")[0]


async def test_one_connection_too_many_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    """503 with the time to come back, in the form of every refusal; the others are served on, room is used again."""
    caplog.set_level(logging.WARNING, "nexy.http")
    async with http_door() as door, listening(door.app, FEW) as address:
        async with connected(address) as first:
            async with connected(address) as second:
                assert await asked(*first) == await asked(*second) == b"HTTP/1.1 200 OK"
                for _ in range(3):
                    async with connected(address) as third:
                        third[1].write(ASKS)
                        head, _, body = (await asyncio.wait_for(third[0].read(), 5)).partition(b"\r\n\r\n")
                    assert head.startswith(b"HTTP/1.1 503 ")
                    assert b"\r\nretry-after: 1\r\n" in head
                    assert b"\r\nconnection: close\r\n" in head
                    told = json.loads(body)
                    assert told["error"]["code"] == "unavailable"
                    assert told["request_id"]
                assert await asked(*first) == b"HTTP/1.1 200 OK"
            while True:
                async with connected(address) as fourth:
                    with suppress(asyncio.IncompleteReadError):
                        if await asked(*fourth) == b"HTTP/1.1 200 OK":
                            break
    assert [record.message for record in caplog.records].count("too many connections") == 1


async def test_one_too_many_that_says_nothing_does_not_stay() -> None:
    """It has the time of headers, and no reply."""
    async with http_door() as door, listening(door.app, FEW) as address:
        async with connected(address), connected(address), connected(address) as third:
            assert await asyncio.wait_for(third[0].read(), 5) == b""


async def test_far_too_many_are_cut_off() -> None:
    """Those that are being told are bounded too."""
    patient = ApiLimitsConfig(max_connections=1, refused_at_once=1)
    async with http_door() as door, listening(door.app, patient) as address:
        async with connected(address), connected(address) as told, connected(address) as (reader, writer):
            with suppress(ConnectionError):
                writer.write(ASKS)
                assert await asyncio.wait_for(reader.read(), 5) == b""
            told[1].write(ASKS)
            assert (await asyncio.wait_for(told[0].read(), 5)).startswith(b"HTTP/1.1 503 ")


def flood(address: str, head: bytes) -> bytes:
    """Send the head and a hundred megabytes, whatever comes; then what came."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(head)
        for _ in range(MEGABYTES):
            line.sendall(MEGABYTE)
        line.shutdown(socket.SHUT_WR)
        reply = b""
        while piece := line.recv(65536):
            reply += piece
    return reply


@pytest.mark.parametrize("framing", [f"Content-Length: {MEGABYTES * 2**20}", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/v1/chat/completions", "wrong", b"401"),
        ("/api/v1/route", "right", b"413"),
        ("/focus-server/nothing", "right", b"404"),
        ("/v1/models", "right", b"405"),
    ],
)
async def test_a_request_that_is_refused_before_it_was_read(path: str, key: str, status: bytes, framing: str) -> None:
    """The reply reaches a client that sends all of it first; nothing of it is kept, and the connection ends."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n{framing}\r\n\r\n".encode()
    if "chunked" in framing:
        head += b"%x\r\n" % (MEGABYTES * 2**20)
    async with http_door(config=KEPT) as door, listening(door.app) as address:
        tracemalloc.start()
        try:
            reply = await asyncio.to_thread(flood, address, head)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert reply.startswith(b"HTTP/1.1 " + status)
    assert b"\r\nconnection: close\r\n" in reply
    assert reply.endswith(b"}")
    assert most < 8 * 2**20


async def test_haste_is_refused_unread_too() -> None:
    """With the seconds to wait."""
    head = f"POST /api/v1/route HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MEGABYTES * 2**20}\r\n\r\n".encode()
    async with http_door(config=CLOSED) as door, listening(door.app) as address, connected(address) as line:
        await asked(*line)
        reply = await asyncio.to_thread(flood, address, head)
    assert reply.startswith(b"HTTP/1.1 429 ")
    assert b"\r\nretry-after: " in reply
    assert b"\r\nconnection: close\r\n" in reply


async def test_who_never_stops_sending_is_cut_off() -> None:
    """The time to read the refusal is bounded, however much comes meanwhile."""
    short = ApiLimitsConfig(linger_seconds=0.1)
    head = b"POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n"
    async with http_door() as door, listening(door.app, short) as address, connected(address) as (reader, writer):
        writer.write(head)
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 405 ")
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(5):
                while True:
                    writer.write(MEGABYTE)
                    await writer.drain()


async def test_a_refusal_of_a_whole_request_keeps_its_connection() -> None:
    """What was sent has been read, so the next request is the next one."""
    post = b"POST /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
    async with http_door() as door, listening(door.app) as address, connected(address) as (reader, writer):
        writer.write(post)
        assert (await reader.readline()).startswith(b"HTTP/1.1 405 ")
        assert b"connection: close" not in await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"}}")
        assert await asked(reader, writer) == b"HTTP/1.1 200 OK"
