"""Callers of the OpenAI wire over a real socket: what they sent goes out, what comes back is theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import aiohttp
import pytest
import pytest_asyncio

from nexy.contracts.completions import Finished, FinishReason
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.routing import PassedBytes
from nexy.contracts.words import WordsBegun, WordsUsage
from nexy.modules.ai_router.exchange.http_provider import HttpProvider
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.openai.dialect import OpenAiDialect
from nexy.utils.clock import SystemClock
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import completion, encode
from support.fake_script import Fault, Script
from support.openai_turns import ANSWER, QUICK, Asked, bytes_of, collect, events_of, passed

BODY = b'{"model": "any", "stream": true, "messages": [], "seed": 7, "stream_options": {"include_usage": true}}'
SILENT = b'{"model": "any", "stream": true, "messages": []}'
PLAIN = b'{"model": "any", "messages": []}'
SAID = Script(answer=ANSWER)


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeOpenAi]:
    async with FakeOpenAi() as server:
        server.play(SAID)
        yield server


async def test_a_stream_comes_back_byte_by_byte(fake: FakeOpenAi) -> None:
    """It begins, all bytes are those of the server, its usage is known, it ends."""
    async with Asked(fake) as provider:
        events = await events_of(provider, passed(BODY), "gpt-other")
    assert bytes_of(events) == encode(SAID).whole
    assert events[0] == WordsBegun(provider="openai", model="gpt-other", asked=("Be kind.", "Hello?"))
    assert events[-2:] == [
        WordsUsage(provider="openai", model="fake-model", input_tokens=11, output_tokens=7, request_id="chatcmpl-fake"),
        Finished(),
    ]


async def test_the_callers_request_goes_out_with_our_model_and_key(fake: FakeOpenAi) -> None:
    """What we have never heard of goes with it."""
    async with Asked(fake, api_key="sk-1") as provider:
        await events_of(provider, passed(BODY))
    received = fake.requests[-1]
    assert received.json == {
        "model": "gpt-4o-mini",
        "stream": True,
        "messages": [],
        "seed": 7,
        "stream_options": {"include_usage": True},
    }
    assert received.headers["Authorization"] == "Bearer sk-1"


async def test_who_did_not_ask_for_usage_gets_none(fake: FakeOpenAi) -> None:
    """We ask for it in the caller's place and keep it to ourselves."""
    async with Asked(fake) as provider:
        events = await events_of(provider, passed(SILENT))
    assert bytes_of(events) == encode(replace(SAID, usage=False)).whole
    assert fake.requests[-1].json["stream_options"] == {"include_usage": True}
    assert any(isinstance(event, WordsUsage) for event in events)


async def test_an_answer_in_one_piece_comes_back_as_one(fake: FakeOpenAi) -> None:
    """Nothing is added to the request."""
    async with Asked(fake) as provider:
        events = await events_of(provider, passed(PLAIN, streamed=False))
    assert [event.data for event in events if isinstance(event, PassedBytes)] == [completion(SAID)]
    assert fake.requests[-1].json == {"model": "gpt-4o-mini", "messages": []}
    assert events[-1] == Finished(reason=FinishReason.STOP)


async def test_one_piece_may_take_longer_than_a_first_token(fake: FakeOpenAi) -> None:
    """Its first byte comes with its last."""
    fake.play(replace(SAID, delay_seconds=0.02))
    limits = replace(QUICK, first_token_timeout_seconds=0.05, between_tokens_timeout_seconds=0.05)
    async with Asked(fake, limits) as provider:
        assert bytes_of(await events_of(provider, passed(PLAIN, streamed=False))) == completion(SAID)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.UNAUTHORIZED, "provider_auth"),
        (Fault.RATE_LIMITED, "provider_429"),
        (Fault.OVERLOADED, "provider_503"),
        (Fault.BAD_REQUEST, "provider_refused"),
        (Fault.HTML, "provider_garbage"),
        (Fault.DROP, "provider_unreachable"),
    ],
)
@pytest.mark.parametrize("streamed", [True, False])
async def test_a_failure_before_the_first_byte_is_an_error(
    fake: FakeOpenAi, fault: Fault, code: str, *, streamed: bool
) -> None:
    """So that somebody else can be asked."""
    fake.play(Script(fault=fault))
    async with Asked(fake) as provider:
        with pytest.raises(NexyError) as caught:
            await events_of(provider, passed(BODY, streamed=streamed))
    assert caught.value.code == code
    assert isinstance(caught.value, ValidationFailed if fault is Fault.BAD_REQUEST else Unavailable)


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE_FIRST_TOKEN, Fault.ENDLESS_COMMENTS, Fault.ENDLESS_EMPTY])
async def test_a_stream_without_content_passes_nothing_on(fake: FakeOpenAi, fault: Fault) -> None:
    """It fails at the first-token deadline, before anything went out."""
    fake.play(Script(fault=fault, tick_seconds=0.01))
    passed_on: list[bytes] = []
    async with Asked(fake, replace(QUICK, first_token_timeout_seconds=0.05)) as provider:
        with pytest.raises(NexyError) as caught:
            async with aclosing(provider.stream(passed(BODY), "")) as events:
                passed_on += [event.data async for event in events if isinstance(event, PassedBytes)]
    assert (caught.value.code, passed_on) == ("provider_first_token_timeout", [])


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.DEATH_MIDWAY, "provider_died"),
        (Fault.CUT_OFF, "provider_died"),
        (Fault.ERROR_EVENT, "provider_error"),
        (Fault.HANG_MIDWAY, "provider_between_tokens_timeout"),
    ],
)
async def test_what_came_before_a_death_was_passed_on(fake: FakeOpenAi, fault: Fault, code: str) -> None:
    """Whole events, then the failure."""
    fake.play(replace(SAID, fault=fault))
    out = b""
    async with Asked(fake, replace(QUICK, between_tokens_timeout_seconds=0.05)) as provider:
        with pytest.raises(NexyError) as caught:
            async with aclosing(provider.stream(passed(BODY), "")) as events:
                async for event in events:
                    out += event.data if isinstance(event, PassedBytes) else b""
        await asyncio.wait_for(fake.idle.wait(), 5)
    assert caught.value.code == code
    assert out in (b"".join(encode(SAID).tokens[:3]), b"")
    assert out or fault in (Fault.ERROR_EVENT, Fault.DEATH_MIDWAY)


async def test_turns_share_one_connection(fake: FakeOpenAi) -> None:
    """The end of each body is read, streamed or not."""
    async with Asked(fake) as provider:
        for streamed in (True, False, True):
            await events_of(provider, passed(BODY if streamed else PLAIN, streamed=streamed))
    assert len(fake.connections) == 1


async def test_without_the_wire_in_common_the_question_is_asked(fake: FakeOpenAi) -> None:
    """A provider that cannot pass anything on answers in events."""
    config = Asked(fake).provider._limits
    pool = ConnectionPool(config)
    provider = HttpProvider(OpenAiDialect(config), config, SystemClock(), pool)
    assert (await collect(provider, passed(BODY)))[0] == ANSWER
    await pool.close()


async def test_the_fake_lists_its_models_and_embeds(fake: FakeOpenAi) -> None:
    """ "Models" and "Embeddings" of the API reference have their forms."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{fake.base_url}/models") as listed:
            assert (await listed.json())["data"][0]["id"] == "fake-model"
        async with session.post(f"{fake.base_url}/embeddings", json={"model": "m", "input": "text"}) as embedded:
            told = await embedded.json()
    assert (told["object"], told["model"], len(told["data"][0]["embedding"])) == ("list", "m", 8)


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE_HEADERS, Fault.HANG_BEFORE_FIRST_TOKEN])
async def test_an_answer_in_one_piece_that_never_comes_leaves_time_for_others(fake: FakeOpenAi, fault: Fault) -> None:
    """Its own limit ends the wait, headers included, long before that of a whole stream."""
    fake.play(Script(fault=fault))
    async with Asked(fake, replace(QUICK, unstreamed_answer_timeout_seconds=0.05)) as provider:
        with pytest.raises(NexyError) as caught:
            await events_of(provider, passed(PLAIN, streamed=False))
    assert caught.value.code == "provider_whole_answer_timeout"
