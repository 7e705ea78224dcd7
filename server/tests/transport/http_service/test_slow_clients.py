"""Clients that drip, stop reading, or vanish, on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.routing import PassedBytes
from support.http_door import HttpDoor, http_door
from support.listening import listening
from support.scripted_providers import ScriptedProvider, Step, begun, usage

BODY = b'{"task_type": "debugging", "query": "x"}'
CHAT = b'{"messages": [{"role": "user", "content": "x"}], "stream": true}'
SHORT = ApiLimitsConfig(headers_seconds=0.2, body_seconds=0.2, stuck_seconds=0.2, max_header_bytes=2048)


def posting(path: str, body: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode() + body


@asynccontextmanager
async def socket_to(
    *providers: ScriptedProvider,
) -> AsyncIterator[tuple[HttpDoor, asyncio.StreamReader, asyncio.StreamWriter]]:
    async with http_door(*providers, config=ApiConfig(limits=SHORT)) as door, listening(door.app, SHORT) as address:
        reader, writer = await asyncio.open_connection(*address.rsplit(":", 1), limit=2**12)
        try:
            yield door, reader, writer
        finally:
            writer.close()


@pytest.mark.parametrize("said", [b"", b"POST /api/v1/route HT", b"GET /health HTTP/1.1\r\nHost: local"])
async def test_headers_that_never_end(said: bytes) -> None:
    """The connection ends when their time is over, also where nothing was said at all."""
    async with socket_to() as (_, reader, writer):
        writer.write(said)
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_headers_between_two_requests_are_timed_too() -> None:
    """A kept connection is no way around it."""
    async with socket_to() as (_, reader, writer):
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"]")
        writer.write(b"GET /v1/mod")
        rest = await asyncio.wait_for(reader.read(), 5)
        assert b"HTTP/1.1" not in rest


async def test_headers_without_end() -> None:
    """More than their bound is refused, and the connection ends."""
    async with socket_to() as (_, reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nX-Header: " + b"x" * SHORT.max_header_bytes)
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 431 ")


async def test_a_body_that_never_comes() -> None:
    """Its time is bounded apart from that of the headers."""
    async with socket_to() as (_, reader, writer):
        writer.write(posting("/api/v1/route", BODY[:10], len(BODY)))
        reply = await asyncio.wait_for(reader.read(), 5)
    assert reply.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in reply


async def test_a_body_in_pieces_is_a_body() -> None:
    """Slow, but in time."""
    async with socket_to() as (_, reader, writer):
        writer.write(posting("/api/v1/search", b'{"query"', 14))
        await writer.drain()
        await asyncio.sleep(0)
        writer.write(b': "x"}')
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_a_client_that_reads_nothing_holds_back_its_provider_and_then_goes() -> None:
    """The provider is asked for more only as fast as the client reads; a reader that is stuck is cut off."""
    endless = ScriptedProvider("claude", (begun("claude"), *[PassedBytes(data=b"x" * 65536)] * 2000))
    async with socket_to(endless) as (door, reader, writer):
        writer.write(posting("/v1/chat/completions", CHAT))
        await reader.readexactly(100)
        while endless.open:
            await asyncio.sleep(0)
        await door.assistance.cleanup()
    (row,) = door.usage.rows
    assert row.estimated
    assert row.report.output_tokens < 2000 * 65536 // 4


async def test_a_client_that_vanishes_stops_its_provider() -> None:
    """At once, while the provider is silent."""
    silent = ScriptedProvider("claude", (begun("claude"), "Hel", 1000.0))
    async with socket_to(silent) as (_, reader, writer):
        writer.write(posting("/v1/chat/completions", CHAT))
        await reader.readuntil(b"Hel")
        writer.close()
        while silent.open:
            await asyncio.sleep(0)


@pytest.mark.parametrize("body", [CHAT, CHAT.replace(b"true", b"false")])
@pytest.mark.parametrize("script", [("Hel", 1000.0), (1000.0,), ("Hel", usage("claude", 7), 1000.0)])
async def test_what_a_vanished_client_used_is_paid_for(body: bytes, script: tuple[Step, ...]) -> None:
    """The provider was at work, streamed or not; what it counted itself is believed."""
    silent = ScriptedProvider("claude", (begun("claude"), *script))
    async with socket_to(silent) as (door, _, writer):
        writer.write(posting("/v1/chat/completions", body))
        while not silent.open:
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        writer.close()
        while silent.open:
            await asyncio.sleep(0)
        await door.assistance.cleanup()
    (row,) = door.usage.rows
    counted = len(script) == 3
    assert (row.estimated, row.report.output_tokens == 7) == (not counted, counted)


async def test_requests_in_a_row_and_a_head_apart() -> None:
    """Pipelined requests are answered in order; HEAD has the headers alone."""
    async with socket_to() as (_, reader, writer):
        get = b" /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
        writer.write(b"HEAD" + get + b"GET" + get + posting("/api/v1/search", b"{}"))
        first = await reader.readuntil(b"\r\n\r\n")
        second = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readuntil(b'"object":"list"}')
        third = await reader.readline()
    assert b"200 OK" in first
    assert f"content-length: {len(body)}".encode() in first
    assert b"200 OK" in second
    assert b"422 " in third
