"""A database can be made slow, and a late first word is a miss."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.slow_database import COLD, LOCKED, NORMAL, SLOW, WARM, Seen, Waits, good, report
from bench.slow_proxy import slow_proxy


def seen(slow_p95: float = 0.4) -> Seen:
    waits = {(state, kind): Waits(seconds=[0.4] * 20) for state in (NORMAL, LOCKED, SLOW) for kind in (COLD, WARM)}
    waits[SLOW, COLD] = Waits(seconds=[0.4] * 18 + [slow_p95] * 2)
    return waits


def test_one_late_word_in_ten_is_a_miss() -> None:
    """The tail counts as much as the middle."""
    assert good(seen())
    assert good(seen(0.43))
    assert not good(seen(0.45))


def test_every_state_has_its_row() -> None:
    """With its ratio to the normal state of the same run."""
    told = report(seen(0.5))
    assert "1.250" in told
    assert told.count("\n| ") == 7


@asynccontextmanager
async def echo(socket: Path) -> AsyncIterator[None]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_unix_server(answer, str(socket))
    try:
        yield
    finally:
        server.close()


async def test_the_proxy_holds_every_reply_back(tmp_path: Path) -> None:
    """For as long as it is told at that moment, and what is said stays as it was."""
    socket = tmp_path / "s"
    async with echo(socket), slow_proxy(socket) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        for seconds in (0.0, 0.05):
            proxy.seconds = seconds
            began = time.monotonic()
            writer.write(b"select")
            assert await reader.readexactly(6) == b"select"
            assert time.monotonic() - began >= seconds
        writer.close()
        await writer.wait_closed()
