"""A server stops in time whatever its database does; what it had acknowledged is there after the next start."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

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
from nexy.contracts.database import SERVICE
from nexy.contracts.outbox import DrainNow
from nexy_client import VoiceClient
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Script
from support.postgres import TestServer, new_database

pytestmark = pytest.mark.slow
BEYOND_THE_GRACE_SECONDS = 2.0
KEPT = "SELECT prompt FROM commands ORDER BY created_at"
LOCK = "LOCK TABLE users, devices, sessions, commands, llm_answers, token_usage, memory_facts, memory_short_term"


def config(home: Path, postgres: TestServer, name: str, model: FakeOpenAi) -> UnifiedConfig:
    section = postgres.section(name)
    return UnifiedConfig(
        home=str(home),
        grpc=GrpcConfig(port=0),
        http=HttpConfig(port=0),
        api=ApiConfig(port=0),
        supabase=SupabaseConfig(port=0),
        database=section.config,
        outside=OutsideConfig(database_url=section.url),
        ai_router=WordsConfig(
            provider="openai", openai=OpenAiConfig(base_url=model.base_url), allow_private_addresses=True
        ),
        audio_generation=SpeechConfig(engine="scripted", scripted_seconds=0.1),
    )


@asynccontextmanager
async def locked(postgres: TestServer, name: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(**postgres.login(postgres.server.administrator, name))
    try:
        async with connection.transaction():
            await connection.execute(LOCK)
            yield
    finally:
        await connection.close()


async def test_a_locked_database_does_not_hold_the_stop_up(tmp_path: Path, postgres: TestServer) -> None:
    """Idle, with turns to learn and rows to drain: two seconds at most; the rows wait in the outbox for the next."""
    async with new_database(postgres) as name, FakeOpenAi(deque([Script(answer="Fine. ")])) as model:
        settings = config(tmp_path, postgres, name, model)
        application = Application(settings, "en")
        try:
            await application.listen()
            async with locked(postgres, name):
                async with VoiceClient(application.report().addresses["grpc"], hardware_id="mac") as client:
                    for number in range(5):
                        _ = [event async for event in client.turn(f"question {number}")]
                async with asyncio.timeout(BEYOND_THE_GRACE_SECONDS):
                    await application.drain()
        finally:
            await application.stop()
        assert await kept(Application(settings, "en")) == [f"question {number}" for number in range(5)]


async def kept(application: Application) -> list[str]:
    """The prompts in the database once the next server has drained."""
    try:
        await application.compose()
        assert await application.coordinator.get(OUTBOX).process(DrainNow()) == 0
        database = application.coordinator.get("database")
        async with database.transaction(SERVICE) as transaction:
            return [str(row["prompt"]) for row in await transaction.fetch(KEPT)]
    finally:
        await application.stop()
