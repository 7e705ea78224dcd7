"""The whole server in one process: real adapter, real doors, real speech; a model that fails in every known way."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.application import Application
from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.config.database_section import DatabaseConfig
from nexy.config.sections import ApiConfig, GrpcConfig, HttpConfig, SpeechConfig, SupabaseConfig, UnifiedConfig
from nexy.contracts.errors import StartFailed
from nexy.contracts.module import ModuleState
from nexy_client import CallFailed, ClientEvent, End, Sound, Text, VoiceClient
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Fault, Script

SCRIPTED = SpeechConfig(engine="scripted", scripted_seconds=0.2)
ESPEAK = SpeechConfig(engine="espeak", workers=1)


def words(base_url: str, provider: str = "openai") -> WordsConfig:
    """Patience in hundredths, so that a provider that hangs does not hold the test."""
    return WordsConfig(
        provider=provider,
        connect_timeout_seconds=2,
        first_token_timeout_seconds=0.3,
        between_tokens_timeout_seconds=0.3,
        whole_answer_timeout_seconds=5,
        max_answer_bytes=100_000,
        allow_private_addresses=True,
        openai=OpenAiConfig(base_url=base_url),
    )


def configured(home: Path, words_config: WordsConfig, speech: SpeechConfig = SCRIPTED) -> UnifiedConfig:
    return UnifiedConfig(
        home=str(home),
        database=DatabaseConfig(enabled=False),
        grpc=GrpcConfig(port=0),
        http=HttpConfig(port=0),
        api=ApiConfig(port=0),
        supabase=SupabaseConfig(port=0),
        ai_router=words_config,
        audio_generation=speech,
    )


@asynccontextmanager
async def running(config: UnifiedConfig) -> AsyncIterator[tuple[Application, VoiceClient]]:
    application = Application(config, "en")
    try:
        await application.listen()
        async with VoiceClient(application.report().addresses["grpc"], hardware_id="mac") as client:
            yield application, client
    finally:
        await application.drain()


async def heard(client: VoiceClient, prompt: str = "hello") -> tuple[list[ClientEvent], CallFailed | None]:
    events: list[ClientEvent] = []
    try:
        async for event in client.turn(prompt):
            events.append(event)
    except CallFailed as failed:
        return events, failed
    return events, None


def text_of(events: list[ClientEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


BEFORE_DATA = [
    Fault.UNAUTHORIZED, Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.OVERLOADED, Fault.DROP,
    Fault.HANG_BEFORE_HEADERS, Fault.HANG_BEFORE_FIRST_TOKEN, Fault.HTML, Fault.EMPTY, Fault.BLANK,
    Fault.ENDLESS_COMMENTS, Fault.ENDLESS_EMPTY, Fault.ONE_BYTE_PER_SECOND,
]  # fmt: skip
MIDWAY = [Fault.HANG_MIDWAY, Fault.DEATH_MIDWAY]
GARBAGE = [Fault.HALF_JSON, Fault.ERROR_EVENT, Fault.HUGE_LINE, Fault.NAN, Fault.INVALID_UTF8, Fault.DEEP_JSON]


@pytest.mark.parametrize("fault", BEFORE_DATA, ids=lambda fault: fault.name.lower())
async def test_a_model_that_fails_before_its_first_word_is_a_status(tmp_path: Path, fault: Fault) -> None:
    """The turn ends with a truthful status and a message, never with the prompt, and the next turn works."""
    async with FakeOpenAi(deque([Script(fault=fault)])) as model:
        async with running(configured(tmp_path, words(model.base_url))) as (application, client):
            events, failed = await heard(client, "my secret words")
            assert events == []
            assert failed is not None
            assert failed.status in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
            assert failed.error_message
            assert "secret" not in failed.error_message
            assert application.backpressure.turns == 0
            model.play(Script(answer="I am back."))
            events, failed = await heard(client)
            assert failed is None
            assert text_of(events) == "I am back."


@pytest.mark.parametrize("fault", MIDWAY, ids=lambda fault: fault.name.lower())
async def test_a_model_that_dies_midway_ends_the_answer_truthfully(tmp_path: Path, fault: Fault) -> None:
    """What was said arrived; no end_message; the trailers say that it was cut and why."""
    said = Script(
        answer="This part was said. And this one never will be", fault=fault, fault_after=6, delay_seconds=0.01
    )
    async with FakeOpenAi(deque([said])) as model:
        async with running(configured(tmp_path, words(model.base_url))) as (_, client):
            events, failed = await heard(client)
            assert text_of(events).startswith("This part was said.")
            assert not any(isinstance(event, End) for event in events)
            assert failed is not None
            assert failed.truncated
            assert failed.outcome == "truncated"
            assert failed.error_type in ("unavailable", "timeout")


@pytest.mark.parametrize("fault", GARBAGE, ids=lambda fault: fault.name.lower())
async def test_garbage_from_the_model_is_never_spoken_and_never_a_success(tmp_path: Path, fault: Fault) -> None:
    """Broken lines, error events and lines without end: a failure, or a whole answer where they are harmless."""
    said = Script(answer="This part was said. And this one too.", fault=fault, fault_after=6)
    async with FakeOpenAi(deque([said])) as model:
        async with running(configured(tmp_path, words(model.base_url))) as (application, client):
            events, failed = await heard(client)
            assert (failed is None) == any(isinstance(event, End) for event in events)
            assert "{" not in text_of(events)
            assert failed is not None or text_of(events).startswith("This part was said.")
            assert application.backpressure.turns == 0


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.HANG_BEFORE_FIRST_TOKEN, Fault.EMPTY])
async def test_the_offline_brain_closes_the_chain(tmp_path: Path, fault: Fault) -> None:
    """With `auto` a model that fails is replaced before the first word, and the server says it is degraded."""
    async with FakeOpenAi(deque([Script(fault=fault)])) as model:
        async with running(configured(tmp_path, words(model.base_url, "auto"))) as (application, client):
            events, failed = await heard(client, "What can you do?")
            assert failed is None
            assert "No language model is connected" in text_of(events)
            assert application.report().modules["ai_router"].state is ModuleState.DEGRADED


async def test_a_model_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """Nothing listens at the address: UNAVAILABLE, at once."""
    async with FakeOpenAi() as model:
        nobody = model.base_url
    async with running(configured(tmp_path, words(nobody))) as (_, client):
        _, failed = await heard(client)
        assert failed is not None
        assert failed.status == "UNAVAILABLE"


@pytest.mark.slow
async def test_a_speech_worker_killed_in_a_sentence_costs_no_sound(tmp_path: Path) -> None:
    """The only worker dies while it speaks: it is replaced and the whole answer is heard, frame for frame."""
    answer = "This sentence is long enough to be in the middle of its sound when the worker is killed. " * 3
    config = configured(tmp_path, words("x"), ESPEAK)
    async with FakeOpenAi(deque([Script(answer=answer)])) as model:
        async with running(replace(config, ai_router=words(model.base_url))) as (_, client):
            whole, failed = await heard(client)
            assert failed is None
            cut: list[ClientEvent] = []
            async for event in client.turn("again"):
                cut.append(event)
                if isinstance(event, Sound) and sum(isinstance(one, Sound) for one in cut) == 1:
                    kill_workers()
            assert isinstance(cut[-1], End)
            assert sound_of(cut) == sound_of(whole)


def kill_workers() -> None:
    me = os.getpid()
    for pid in Path(f"/proc/{me}/task/{me}/children").read_text(encoding="utf-8").split():
        if b"audio_generation.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(int(pid), signal.SIGKILL)


def sound_of(events: list[ClientEvent]) -> bytes:
    return b"".join(event.data for event in events if isinstance(event, Sound))


async def test_two_applications_side_by_side(tmp_path: Path) -> None:
    """All state lives under NEXY_HOME, so two servers share nothing; one home takes one server only."""
    async with FakeOpenAi(deque([Script(answer="Hello.")])) as model:
        first, second = (configured(tmp_path / name, words(model.base_url)) for name in ("a", "b"))
        async with running(first) as (_, one), running(second) as (_, two):
            answers = await asyncio.gather(heard(one), heard(two))
            assert [text_of(events) for events, _ in answers] == ["Hello.", "Hello."]
            third = Application(first, "en")
            with pytest.raises(StartFailed, match="NEXY_HOME"):
                await third.listen()
            await third.stop()


async def test_a_start_that_fails_halfway_leaves_nothing(tmp_path: Path) -> None:
    """The port of one door is taken: every part that had started is stopped again and the home is free."""
    async with FakeOpenAi() as model:
        config = configured(tmp_path, words(model.base_url))
        taken = replace(config, grpc=GrpcConfig(port=model.port))
        failing = Application(taken, "en")
        with pytest.raises(StartFailed, match=r"grpc.port"):
            await failing.listen()
        await failing.stop()
        async with running(config) as (_, client):
            assert (await heard(client))[1] is None
