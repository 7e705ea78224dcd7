"""A disk that is really full, under the outbox and the embedded PostgreSQL: speech goes on, nothing is corrupt."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from nexy.application import Application
from nexy.config.ai_router_section import WordsConfig
from nexy.config.database_section import DatabaseConfig
from nexy.config.sections import (
    ApiConfig,
    GrpcConfig,
    HttpConfig,
    OutsideConfig,
    SpeechConfig,
    SupabaseConfig,
    UnifiedConfig,
)
from nexy.contracts.capabilities import DATABASE, OUTBOX
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NexyError
from nexy.contracts.outbox import DrainNow
from nexy.contracts.usage import UsageReport
from nexy.modules.database.embedded.passwords import stored_passwords
from nexy_client import CallFailed, End, VoiceClient
from support.debian_postgres import Outside
from support.postgres import shared_folder
from support.tiny_disk import TinyDisk, tiny_disk

pytestmark = pytest.mark.system
PROMPTS = "SELECT prompt FROM commands"
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
BALLAST = {
    "rows": "CREATE TABLE ballast AS SELECT repeat(md5(n::text), 60) FROM generate_series(1, 1000000) n",
    # No room for the write-ahead log is a PANIC: the server ends, and cannot start again until there is room.
    "log": "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 4000000)) FROM generate_series(1, 200)",
}
MOST_TURNS = 200
# Longer than a page of the file system, so that the file of the outbox needs a new one soon.
LONG = "word " * 400


@pytest.fixture
def small() -> Iterator[TinyDisk]:
    with tiny_disk(4) as disk:
        yield disk


@pytest.fixture
def roomy() -> Iterator[TinyDisk]:
    """Room for a cluster and little more."""
    with tiny_disk(160) as disk:
        yield disk


@dataclass(slots=True)
class Talk:
    """A person who goes on asking; `asked` are questions whose end came, `acknowledged` reports that were stored."""

    application: Application
    client: VoiceClient
    asked: set[str] = field(default_factory=set)
    acknowledged: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def ask(self) -> bool:
        """One turn; whether its end came."""
        question = f"{LONG}question {next(self._numbers)}"
        try:
            async for event in self.client.turn(question):
                if isinstance(event, End):
                    self.asked.add(question)
        except CallFailed:
            return False
        return question in self.asked

    async def ask_until(self, condition: Callable[[], bool]) -> None:
        """Ask again and again, every turn whole, until it holds."""
        for _ in range(MOST_TURNS):
            assert await self.ask()
            if condition():
                return
        raise AssertionError(f"nothing happened in {MOST_TURNS} turns")

    async def report(self, model: str) -> str:
        """One report of the client's own usage; why it was not stored, empty where it was."""
        report = UsageReport(hardware_id="mac", session_id="", source="browser_agent", input_tokens=1,
                             output_tokens=1, model=model)  # fmt: skip
        receipt = await self.application.usage.report(report)
        if receipt.success:
            self.acknowledged.append(model)
        return "" if receipt.success else receipt.message

    async def report_until_refused(self) -> str:
        """The reason; small rows find room in what is already allocated."""
        for number in range(MOST_TURNS):
            if message := await self.report(f"full-{number}"):
                return message
        raise AssertionError("the disk is not full")

    @property
    def outbox(self) -> str:
        """What the outbox says of itself."""
        return self.application.report().modules["outbox"].detail

    async def drained(self) -> bool:
        return await self.application.coordinator.get(OUTBOX).process(DrainNow(timeout_seconds=30)) == 0


@asynccontextmanager
async def talking(home: Path, url: str = "") -> AsyncIterator[Talk]:
    """A server on this home with the offline brain, and somebody who talks to it."""
    config = UnifiedConfig(
        home=str(home),
        grpc=GrpcConfig(port=0),
        http=HttpConfig(port=0),
        api=ApiConfig(port=0),
        supabase=SupabaseConfig(port=0),
        database=DatabaseConfig(shared_folder=shared_folder()),
        outside=OutsideConfig(database_url=url),
        ai_router=WordsConfig(provider="offline"),
        audio_generation=SpeechConfig(engine="scripted", scripted_seconds=0.05),
    )
    application = Application(config, "en")
    try:
        await application.listen()
        async with VoiceClient(application.report().addresses["grpc"], hardware_id="mac") as client:
            yield Talk(application, client)
    finally:
        await application.drain()


async def within(seconds: float, attempt: Callable[[], Awaitable[bool]]) -> bool:
    """Whether the attempt succeeds in time, made again and again."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while clock() < deadline:
        if await attempt():
            return True
        await asyncio.sleep(0)
    return False


async def test_a_full_disk_under_the_outbox(small: TinyDisk, outside: Outside) -> None:
    """Every turn is whole; what is not kept is counted, told and never acknowledged; what was kept arrives once."""
    async with talking(small.path, outside.url()) as talk:
        assert await talk.ask()
        await outside.rule("ALTER ROLE nexy_app NOLOGIN", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE usename = 'nexy_app'")  # fmt: skip
        small.fill()
        await talk.ask_until(lambda: talk.application.journal.unkept > 0)
        message = await talk.report_until_refused()
        assert message.startswith("usage was not stored: outbox: cannot write under ")
        assert message.endswith("No space left on device")
        assert "No space left on device" in talk.outbox
        small.free()
        await outside.rule("ALTER ROLE nexy_app LOGIN")
        assert await within(10, talk.ask)
        await talk.report("after")
        assert await within(20, talk.drained)
        lost = talk.application.journal.unkept
    kept = await outside.rows(PROMPTS)
    assert len(kept) == len(set(kept))
    assert {str(prompt) for (prompt,) in kept} <= talk.asked
    assert len(talk.asked) - lost <= len(kept) < len(talk.asked)
    models = await outside.rows("SELECT model FROM token_usage WHERE source = 'browser_agent' ORDER BY created_at")
    assert [model for (model,) in models] == talk.acknowledged
    assert talk.acknowledged[-1] == "after"
    assert list((small.path / "outbox" / "quarantine").iterdir()) == []


@pytest.mark.parametrize("ballast", BALLAST)
async def test_a_full_disk_under_the_embedded_postgres(roomy: TinyDisk, ballast: str) -> None:
    """It can write neither rows nor its own log: turns go on; with space again it serves, whole, and rows arrive."""
    async with talking(roomy.path) as talk:
        assert await talk.ask()
        assert await talk.drained()
        roomy.fill()
        await _write_until_it_fails(roomy.path, BALLAST[ballast])
        await talk.ask_until(lambda: talk.application.journal.unkept > 0)
        roomy.free()
        database = talk.application.coordinator.get(DATABASE)

        async def serves() -> bool:
            try:
                async with database.transaction(SERVICE) as transaction:
                    return bool(await transaction.fetch("SELECT 1"))
            except NexyError:
                return False

        assert await within(30, serves)
        assert await talk.ask()
        assert await within(30, talk.drained)
        async with database.transaction(SERVICE) as transaction:
            kept = [str(row["prompt"]) for row in await transaction.fetch(PROMPTS)]
        assert len(kept) == len(set(kept))
        assert set(kept) <= talk.asked
        assert len(kept) >= len(talk.asked) - talk.application.journal.unkept
        assert await _damaged_tables(roomy.path) == []


async def _administrator(home: Path) -> Any:
    password = stored_passwords(home / "postgres.passwords").administrator
    return await asyncpg.connect(
        host=str(home / "postgres.sockets"), user="postgres", password=password, database="nexy"
    )


async def _write_until_it_fails(home: Path, statement: str) -> None:
    """Rows and their log, until the server says that there is no room, or dies of it."""
    connection = await _administrator(home)
    try:
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await connection.execute(statement)
    finally:
        connection.terminate()


async def _damaged_tables(home: Path) -> list[str]:
    """Every table and index that cannot be read from its beginning to its end."""
    connection = await _administrator(home)
    damaged = []
    try:
        for row in await connection.fetch(TABLES):
            try:
                await connection.execute(f'REINDEX TABLE "{row["relname"]}"')
                await connection.fetch(f'SELECT * FROM "{row["relname"]}"')
            except asyncpg.PostgresError as problem:
                damaged.append(f"{row['relname']}: {problem}")
    finally:
        await connection.close()
    return damaged
