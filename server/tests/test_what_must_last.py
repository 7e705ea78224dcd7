"""The whole server on real PostgreSQL: turns become rows, whatever happens to the server or to the database."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from nexy.application import Application
from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.config.sections import (
    ApiConfig,
    GrpcConfig,
    HttpConfig,
    OutsideConfig,
    SpeechConfig,
    SupabaseConfig,
    UnifiedConfig,
)
from nexy.contracts.capabilities import OUTBOX
from nexy.contracts.outbox import DrainNow
from nexy_client import CallFailed, End, Text, VoiceClient
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Fault, Script
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow
ANSWERS = "SELECT content, outcome, cut FROM llm_answers ORDER BY created_at"
USAGE = "SELECT provider, source, input_tokens > 0, output_tokens > 0 FROM token_usage"
SESSIONS = "SELECT state FROM sessions"
LOCK = "LOCK TABLE users, devices, sessions, commands, llm_answers, token_usage, memory_facts, memory_short_term"


@dataclass(slots=True, kw_only=True)
class Lasting:
    """One home, one database, one model; servers come and go."""

    home: Path
    postgres: TestServer
    name: str
    model: FakeOpenAi

    def config(self) -> UnifiedConfig:
        """A server on this home whose database is the test's own."""
        section = self.postgres.section(self.name)
        return UnifiedConfig(
            home=str(self.home),
            grpc=GrpcConfig(port=0),
            http=HttpConfig(port=0),
            api=ApiConfig(port=0),
            supabase=SupabaseConfig(port=0),
            database=section.config,
            outside=OutsideConfig(database_url=section.url),
            ai_router=WordsConfig(
                provider="openai", openai=OpenAiConfig(base_url=self.model.base_url), allow_private_addresses=True
            ),
            audio_generation=SpeechConfig(engine="scripted", scripted_seconds=0.1),
        )

    @asynccontextmanager
    async def server(self) -> AsyncIterator[tuple[Application, VoiceClient]]:
        application = Application(self.config(), "en")
        try:
            await application.listen()
            async with VoiceClient(application.report().addresses["grpc"], hardware_id="mac") as client:
                yield application, client
        finally:
            await application.drain()

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Any]:
        """The database as its administrator sees it."""
        connection = await asyncpg.connect(**self.postgres.login(self.postgres.server.administrator, self.name))
        try:
            yield connection
        finally:
            await connection.close()

    async def rows(self, query: str) -> Sequence[tuple[object, ...]]:
        async with self.database() as connection:
            return [tuple(row) for row in await connection.fetch(query)]


@pytest_asyncio.fixture
async def lasting(tmp_path: Path, postgres: TestServer) -> AsyncIterator[Lasting]:
    """A database of its own and a model that answers what the test plays."""
    async with new_database(postgres) as name, FakeOpenAi(deque()) as model:
        yield Lasting(home=tmp_path, postgres=postgres, name=name, model=model)


async def heard(client: VoiceClient, prompt: str = "hello") -> tuple[str, bool]:
    """The words that came, and whether the end came."""
    words, ended = "", False
    try:
        async for event in client.turn(prompt):
            words += event.text if isinstance(event, Text) else ""
            ended = ended or isinstance(event, End)
    except CallFailed:
        return words, False
    return words, ended


async def drained(application: Application) -> None:
    assert await application.coordinator.get(OUTBOX).process(DrainNow()) == 0


async def test_a_turn_and_its_usage_are_rows(lasting: Lasting) -> None:
    """What was heard is what is kept; the ledger has one row for the one call; a clean stop ends the session."""
    lasting.model.play(Script(answer="Hello there. How are you?"))
    async with lasting.server() as (application, client):
        assert await heard(client) == ("Hello there. How are you?", True)
        await drained(application)
        assert await lasting.rows(ANSWERS) == [("Hello there. How are you?", "complete", False)]
        assert await lasting.rows(USAGE) == [("openai", "main_llm", True, True)]
        assert await lasting.rows(SESSIONS) == [("active",)]
        facts = application.report().database
        assert facts is not None
        assert not facts.embedded
    assert await lasting.rows(SESSIONS) == [("ended",)]


async def test_a_model_that_dies_midway_leaves_a_cut_answer(lasting: Lasting) -> None:
    """The person heard the first part only: that is what is kept, and it is marked."""
    said = Script(answer="This part was said. And this never will be", fault=Fault.DEATH_MIDWAY, fault_after=6)
    lasting.model.play(said)
    async with lasting.server() as (application, client):
        words, ended = await heard(client)
        assert not ended
        await application.journal.cleanup()
        await drained(application)
        assert await lasting.rows(ANSWERS) == [(words, "truncated" if words else "failed", True)]


async def test_a_locked_database_is_off_the_hot_path(lasting: Lasting) -> None:
    """Every table is locked: turns are whole all the same, and their rows come when the lock goes."""
    lasting.model.play(Script(answer="One."), Script(answer="Two."), Script(answer="Three."))
    async with lasting.server() as (application, client):
        async with lasting.database() as connection:
            async with connection.transaction():
                await connection.execute(LOCK)
                turns = [await heard(client, "question") for _ in range(3)]
        assert [ended for _, ended in turns] == [True] * 3
        await drained(application)
        assert [content for content, *_ in await lasting.rows(ANSWERS)] == [words for words, _ in turns]
        assert len(await lasting.rows(USAGE)) == 3


async def test_without_a_database_turns_go_on_and_are_kept_for_later(lasting: Lasting) -> None:
    """The database is not there at start: the server speaks, and the next start writes what was said."""
    lasting.model.play(Script(answer="Kept for later."))
    broken = Lasting(home=lasting.home, postgres=lasting.postgres, name="not_there", model=lasting.model)
    async with broken.server() as (application, client):
        assert await heard(client) == ("Kept for later.", True)
        assert application.report().modules["database"].state == "failed"
    assert await lasting.rows(ANSWERS) == []
    async with lasting.server() as (application, _):
        await drained(application)
        assert await lasting.rows(ANSWERS) == [("Kept for later.", "complete", False)]
        assert ("active",) not in await lasting.rows(SESSIONS)


async def test_a_client_that_leaves_is_kept_as_disconnected(lasting: Lasting) -> None:
    """The connection goes away in the middle of the answer."""
    lasting.model.play(Script(answer="A first sentence is here. " + "And more follows. " * 20, delay_seconds=0.01))
    async with lasting.server() as (application, client):
        leaving = client.turn("hello")
        async for event in leaving:
            if isinstance(event, Text):
                break
        await leaving.aclose()
        while application.backpressure.turns:
            await asyncio.sleep(0)
        await application.journal.cleanup()
        await drained(application)
        assert [outcome for _, outcome, _ in await lasting.rows(ANSWERS)] == ["disconnected"]
