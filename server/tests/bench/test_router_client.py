"""The benchmark's client reads replies as they are, and says so when one is not whole."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from bench.router.client import Broken, connections, post

_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def _server(*writes: bytes, closes: bool = False) -> AsyncGenerator[str, None]:
    """Answers each request with these writes."""

    writers: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        while await reader.read(65536):
            for data in writes:
                writer.write(data)
                await writer.drain()
                await asyncio.sleep(0)
            if closes:
                break
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
            await writer.wait_closed()
        await server.wait_closed()


async def test_chunks_are_joined_wherever_they_are_cut() -> None:
    """The frames of the chunks are no part of the body, and the connection serves again."""
    wire = _CHUNKED + b"5\r\nfirst\r\n7\r\n second\r\n0\r\n\r\n"
    async with _server(*(wire[at : at + 3] for at in range(0, len(wire), 3))) as address:
        async with connections(address, 1) as (line,):
            for _ in range(2):
                reply = await line.ask(post("/x", b"{}"))
                assert (reply.status, reply.body) == (200, b"first second")


async def test_a_body_of_a_told_length_is_taken_whole() -> None:
    """Also where it comes after its headers."""
    async with _server(b"HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\n", b"gone") as address:
        async with connections(address, 1) as (line,):
            reply = await line.ask(post("/x", b"{}", "key"))
    assert (reply.status, reply.body) == (503, b"gone")


async def test_the_first_content_is_timed_where_its_mark_is() -> None:
    """Headers and an opening event are no content."""
    async with _server(_CHUNKED, b"4\r\nrole\r\n", b"4\r\nThis\r\n", b"3\r\nend\r\n0\r\n\r\n") as address:
        async with connections(address, 1, b"This") as (line,):
            reply = await line.ask(post("/x", b"{}"))
    assert 0 < reply.first_seconds <= reply.seconds


async def test_half_a_reply_is_no_reply() -> None:
    """A connection that ends too early is a failure of the run."""
    async with _server(_CHUNKED, b"5\r\nfi", closes=True) as address, connections(address, 1) as (line,):
        with pytest.raises(Broken):
            await line.ask(post("/x", b"{}"))
