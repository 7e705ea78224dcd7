"""The whole server and its commands on Debian's PostgreSQL, where nothing of ours was prepared."""

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
import pytest_asyncio

from nexy.application import Application
from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
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
from nexy.config.usage_section import UsageConfig
from nexy.contracts.capabilities import DATABASE, OUTBOX
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NexyError
from nexy.contracts.outbox import DrainNow
from nexy_client import CallFailed, End, Text, VoiceClient
from nexy_protocol import streaming_pb2 as pb
from nexy_protocol.streaming_pb2_grpc import StreamingServiceStub
from support.debian_postgres import Outside
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Script
from support.nexy_process import Finished, environment, nexy

pytestmark = pytest.mark.system
ROWS = "SELECT content, outcome FROM llm_answers ORDER BY created_at"
USAGE = "SELECT model, estimated, input_tokens > 0, output_tokens > 0 FROM token_usage"
SCRIPT = Path(__file__).parents[2] / "scripts" / "harden_database_protection.sh"
BACK_WITHIN_SECONDS = 10
NO_BUDGET = UsageConfig()


@dataclass(slots=True, kw_only=True)
class House:
    """One home whose database is Debian's, and one model."""

    home: Path
    place: Outside
    model: FakeOpenAi

    def config(self, app_url: str, budget: UsageConfig) -> UnifiedConfig:
        return UnifiedConfig(
            home=str(self.home),
            grpc=GrpcConfig(port=0),
            http=HttpConfig(port=0),
            api=ApiConfig(port=0),
            supabase=SupabaseConfig(port=0),
            database=DatabaseConfig(app_url=app_url),
            outside=OutsideConfig(database_url=self.place.url()),
            ai_router=WordsConfig(
                provider="openai", openai=OpenAiConfig(base_url=self.model.base_url), allow_private_addresses=True
            ),
            token_usage=budget,
            audio_generation=SpeechConfig(engine="scripted", scripted_seconds=0.1),
        )

    @asynccontextmanager
    async def server(
        self, app_url: str = "", budget: UsageConfig = NO_BUDGET
    ) -> AsyncIterator[tuple[Application, VoiceClient]]:
        application = Application(self.config(app_url, budget), "en")
        try:
            await application.listen()
            async with VoiceClient(application.report().addresses["grpc"], hardware_id="mac") as client:
                yield application, client
        finally:
            await application.drain()


@pytest_asyncio.fixture
async def house(tmp_path: Path, outside: Outside) -> AsyncIterator[House]:
    async with FakeOpenAi(deque([Script(answer="Hello there.")])) as model:
        yield House(home=tmp_path, place=outside, model=model)


async def heard(client: VoiceClient) -> bool:
    """Whether a whole turn came."""
    ended = False
    try:
        async for event in client.turn("hello"):
            ended = ended or isinstance(event, End)
    except CallFailed:
        return False
    return ended


async def test_turns_become_rows_and_costs_a_report(house: House) -> None:
    """DATABASE_URL alone: schema, roles, history and ledger; the start-up picture says what it is, without pgvector."""
    async with house.server() as (application, client):
        assert await heard(client)
        facts = application.report().database
        assert facts is not None
        assert (facts.embedded, facts.vectors, facts.version.split(".")[0] >= "15") == (False, False, True)
        assert application.report().degraded is False
    assert await house.place.rows(ROWS) == [("Hello there.", "complete")]
    assert await house.place.rows(USAGE) == [("fake-model", False, True, True)]
    told = await command(house, "report", "costs", "--format", "json")
    assert [(row["model"], row["calls"], row["cost_usd"]) for row in json.loads(told.out)["rows"]] == [
        ("fake-model", 1, None)
    ]


async def test_roles_of_an_administrator_serve_as_well(house: House) -> None:
    """The owner may make no role; the app enters by DATABASE_APP_URL."""
    await house.place.make_roles("apps")
    await house.place.rule(f"ALTER ROLE {house.place.owner} NOCREATEROLE")
    async with house.server(house.place.url("nexy_app", "apps")) as (application, client):
        assert await heard(client)
        assert application.report().degraded is False
    assert await house.place.rows(ROWS) == [("Hello there.", "complete")]


async def test_an_answer_that_was_left_is_in_the_ledger_as_a_guess(house: House) -> None:
    """The provider never counted it; the report says how many calls are guesses."""
    house.model.play(Script(answer="A first sentence is here. " + "And more follows. " * 40, delay_seconds=0.01))
    async with house.server() as (_, client):
        leaving = client.turn("hello")
        async for event in leaving:
            if isinstance(event, Text):
                break
        await leaving.aclose()
    assert await house.place.rows(USAGE) == [("gpt-4o-mini", True, True, True)]
    told = await command(house, "report", "costs")
    assert "its provider does not count: 1" in told.out


async def test_a_killed_postmaster_costs_no_turn_and_no_row(house: House) -> None:
    """Three devices talk through a SIGKILL and a restart: every turn is whole, the pool is back, each row came once."""
    async with house.server() as (application, first):
        address, stop = application.report().addresses["grpc"], asyncio.Event()
        talks = [asyncio.ensure_future(_talk(address, f"mac-{number}", stop)) for number in range(3)]
        assert await heard(first)
        await asyncio.to_thread(house.place.server.kill)
        while_away = [await heard(first) for _ in range(5)]
        await asyncio.to_thread(house.place.server.start)
        back = await _seconds_until_back(application)
        stop.set()
        counts = await asyncio.gather(*talks)
        assert while_away == [True] * 5
        assert back <= BACK_WITHIN_SECONDS
        assert await application.coordinator.get(OUTBOX).process(DrainNow(timeout_seconds=30)) == 0
    turns = 6 + sum(counts)
    assert await house.place.rows("SELECT outcome, count(*) FROM llm_answers GROUP BY 1") == [("complete", turns)]
    assert await house.place.rows("SELECT count(*), count(DISTINCT key) FROM token_usage") == [(turns, turns)]


async def _talk(address: str, device: str, stop: asyncio.Event) -> int:
    """Ask until told to stop; how many turns there were, every one of them whole."""
    turns = 0
    async with VoiceClient(address, hardware_id=device) as client:
        while not stop.is_set():
            assert await heard(client)
            turns += 1
    return turns


async def _seconds_until_back(application: Application) -> float:
    clock = asyncio.get_running_loop().time
    began = clock()
    while clock() - began < 2 * BACK_WITHIN_SECONDS:
        try:
            async with application.coordinator.get(DATABASE).transaction(SERVICE) as transaction:
                await transaction.fetch("SELECT 1")
        except NexyError:
            continue
        break
    return clock() - began


REPORTS = {
    "": {},
    "input_tokens: it must not be negative": {"input_tokens": -1},
    "output_tokens: it must not be negative": {"output_tokens": -(2**31)},
    "usage was not stored: model: it must not be empty": {"model": " "},
    "usage was not stored: model: at most 200 printable characters": {"model": "m" * 201},
    "usage was not stored: session_id: at most 200 printable characters": {"session_id": "s" * 201},
    "usage was not stored: source: one of browser_agent, code, embeddings, main_llm, memory_analyzer": {"source": "x"},
}


async def test_reports_of_usage_are_stored_or_refused_by_name(house: House) -> None:
    """Over the wire: the field and what it may be; nothing of a refused report is kept; an unknown price is no zero."""
    plain = {"hardware_id": "mac", "source": "code", "model": "moon-1", "input_tokens": 2**31 - 1, "output_tokens": 0}
    async with house.server() as (application, _):
        async with grpc.aio.insecure_channel(application.report().addresses["grpc"]) as channel:
            stub = StreamingServiceStub(channel)
            for told, wrong in REPORTS.items():
                reply = await stub.ReportUsage(pb.UsageRequest(**{**plain, **wrong}))
                assert (reply.success, reply.message) == (not told, told or "stored")
    rows = "SELECT model, input_tokens, output_tokens, cost_usd, estimated FROM token_usage"
    assert await house.place.rows(rows) == [("moon-1", 2**31 - 1, 0, None, False)]
    for form, unpriced in (("table", "unpriced"), ("csv", "unpriced,1,0"), ("json", '"cost_usd": null')):
        assert unpriced in (await command(house, "report", "costs", "--format", form)).out


async def test_two_turns_at_once_do_not_both_spend_the_last_cents(house: House) -> None:
    """The second is told to come again; when the first has ended and its usage is known, there is room again."""
    house.model.play(Script(answer="Slowly told. " * 20, delay_seconds=0.02))
    async with house.server(budget=UsageConfig(day_tokens=1500, reserved_tokens=1500)) as (application, client):
        first = client.turn("hello")
        await anext(first)
        async with VoiceClient(application.report().addresses["grpc"], hardware_id="mac") as other:
            with pytest.raises(CallFailed, match="what is running may spend"):
                await anext(other.turn("hello"))
            async for _ in first:
                pass
            assert await heard(other)


async def command(house: House, *arguments: str) -> Finished:
    return await nexy(house.home, *arguments, DATABASE_ENABLED="true", DATABASE_URL=house.place.url())


async def test_the_commands_work_on_it(house: House) -> None:
    """status names what it is and what it lacks, migrate applies once, psql enters as the app or the owner."""
    seen = json.loads((await command(house, "db", "status", "--json")).out)
    assert (seen["embedded"], seen["vectors"], seen["schema_version"], seen["data_folder"]) == (False, False, 0, "")
    assert (await command(house, "db", "migrate")).out.startswith("applied 0001")
    assert (await command(house, "db", "migrate")).out.startswith("nothing to apply")
    told = await command(house, "db", "status")
    assert f"{house.place.owner}@127.0.0.1:{house.place.server.port}/{house.place.name}" in told.out
    assert house.place.password not in told.out
    assert "pgvector" in told.out
    for flags, login in (((), "nexy_app"), (("--owner",), house.place.owner)):
        asked = await command(house, "db", "psql", *flags, "-Atc", "SELECT current_user")
        assert (asked.code, asked.out.strip()) == (0, login)


async def test_the_script_proves_every_refusal_on_it(house: House) -> None:
    """`bash server/scripts/harden_database_protection.sh` with DATABASE_URL: exit code 0 and no attempt passed."""
    told = environment(
        house.home, DATABASE_ENABLED="true", DATABASE_URL=house.place.url(), PYTHON=sys.executable,
        PATH=os.environ["PATH"],
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        "bash", str(SCRIPT), "--json", env=told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, err.decode()) == (0, "")
    proofs = json.loads(out)
    assert [proof for proof in proofs if not proof["refused"]] == []
    roles = {"nexy_app as anon", "nexy_app as authenticated"}
    assert {proof["login"] for proof in proofs} == {"", "nexy_app", house.place.owner, *roles}
    assert len(proofs) > 150
