"""What stands at the address of DATABASE_URL and is not what we need: told in one line, in time."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.errors import StartFailed
from nexy.modules.database.module import DatabaseModule
from support.nexy_process import nexy
from support.old_postgres import old_postgres
from support.peers import FakePeers

PATIENCE_SECONDS = 0.5


async def refusal(port: int) -> str:
    module = DatabaseModule()
    config = DatabaseConfig(connect_timeout_seconds=PATIENCE_SECONDS)
    url = f"postgresql://ann:canary@127.0.0.1:{port}/house"
    with pytest.raises(StartFailed) as refused:
        await module.initialize(DatabaseSection(home="", url=url, config=config), FakePeers())
    await module.cleanup()
    assert "canary" not in refused.value.message
    return refused.value.message


@pytest.mark.parametrize("version", ["14.11", "9.6.24", "14.11 (Debian 14.11-1.pgdg120+2)"])
async def test_a_server_older_than_15_is_refused(version: str) -> None:
    """By what the server itself says of its version when it is entered, before anything is asked of it."""
    major = version.split(".", 1)[0]
    async with old_postgres(version) as port:
        assert await refusal(port) == f"DATABASE_URL: PostgreSQL {major} is too old; Nexy needs 15 or newer"


async def test_a_server_that_does_not_hear_the_farewell_hides_nothing() -> None:
    """The line is dropped after its time, and the reason is still the version."""
    async with old_postgres("14.11", deaf=True) as port:
        assert "PostgreSQL 14 is too old" in await refusal(port)


@pytest.mark.slow
@pytest.mark.parametrize("command", [("db", "status"), ("db", "migrate"), ("report", "costs")])
async def test_a_command_says_it_in_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Exit code 1, the version and what is needed, no traceback, no password."""
    async with old_postgres("14.11") as port:
        url = f"postgresql://ann:canary@127.0.0.1:{port}/house"
        told = await nexy(tmp_path, *command, DATABASE_ENABLED="true", DATABASE_URL=url)
    assert told.code == 1
    assert told.err.endswith("DATABASE_URL: PostgreSQL 14 is too old; Nexy needs 15 or newer\n")
    assert (told.out, told.err.count("\n"), "canary" in told.err) == ("", 1, False)


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port whose queue of connections is full: whoever comes next is never answered, not even refused."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(listening.getsockname())
            yield listening.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


async def test_a_host_that_swallows_everything_is_given_up_in_time(black_hole: int) -> None:
    """After the configured half second, not after the minutes of the network's own patience."""
    began = asyncio.get_running_loop().time()
    assert await refusal(black_hole) == f"DATABASE_URL: ann@127.0.0.1:{black_hole}/house: no answer in time"
    assert asyncio.get_running_loop().time() - began < 20 * PATIENCE_SECONDS


async def test_what_is_no_database_is_told() -> None:
    """An HTTP server, say, that closes the line at what it does not understand."""

    async def puzzled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(puzzled, "127.0.0.1", 0) as server:
        message = await refusal(server.sockets[0].getsockname()[1])
    assert message.startswith("DATABASE_URL: ann@127.0.0.1:")
    assert "\n" not in message
