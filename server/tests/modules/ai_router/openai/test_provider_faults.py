"""The OpenAI wire against a real socket: every way in which a provider is known to fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest
import pytest_asyncio

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable, ValidationFailed
from nexy.contracts.words import WordsBegun, WordsDelta
from support.fake_openai import FakeOpenAi
from support.fake_script import Fault, Script
from support.openai_turns import ANSWER, ENQUIRY, QUICK, Asked


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeOpenAi]:
    async with FakeOpenAi() as server:
        yield server


async def failure(fake: FakeOpenAi, script: Script, limits: WordsConfig = QUICK) -> tuple[NexyError, str]:
    """What the script's fault raises, and the words that came before it."""
    fake.play(script)
    words: list[str] = []
    async with Asked(fake, limits) as provider:
        with pytest.raises(NexyError) as caught:
            async with aclosing(provider.stream(ENQUIRY, "")) as events:
                async for event in events:
                    assert isinstance(event, WordsBegun | WordsDelta)
                    words.append(event.text if isinstance(event, WordsDelta) else "")
        await asyncio.wait_for(fake.idle.wait(), 5)
    return caught.value, "".join(words)


STATUSES = {
    Fault.UNAUTHORIZED: "provider_auth",
    Fault.RATE_LIMITED: "provider_429",
    Fault.SERVER_ERROR: "provider_500",
    Fault.OVERLOADED: "provider_503",
    Fault.REDIRECT: "provider_307",
}


@pytest.mark.parametrize(("fault", "code"), STATUSES.items())
async def test_statuses_are_unavailable_with_their_own_code(fake: FakeOpenAi, fault: Fault, code: str) -> None:
    """What is no refusal of the request is `Unavailable`: a refused key is ours, a redirect is not followed."""
    error, words = await failure(fake, Script(fault=fault))
    assert (type(error), error.code, words) == (Unavailable, code, "")
    assert len(fake.requests) == 1


async def test_retry_after_reaches_the_caller(fake: FakeOpenAi) -> None:
    """The seconds of a 429's Retry-After become the error's."""
    error, _ = await failure(fake, Script(fault=Fault.RATE_LIMITED, retry_after="7"))
    assert error.retry_after_seconds == 7


async def test_a_refused_request_is_the_callers_own_fault(fake: FakeOpenAi) -> None:
    """A 400 names the provider's reason; another try of the same would be refused again."""
    error, _ = await failure(fake, Script(fault=Fault.BAD_REQUEST))
    assert (type(error), error.code, error.field) == (ValidationFailed, "provider_refused", None)
    assert "maximum context length is 8192 tokens" in error.message


async def test_an_unknown_model_names_its_field(fake: FakeOpenAi) -> None:
    """A 404 of this wire is a model that the server does not have."""
    error, _ = await failure(fake, Script(fault=Fault.NOT_FOUND))
    assert (type(error), error.code, error.field) == (ValidationFailed, "provider_refused", "model")
    assert "`fake-model` does not exist" in error.message


GARBAGE = {
    Fault.HTML: "provider_garbage",
    Fault.HALF_JSON: "provider_garbage",
    Fault.NAN: "provider_garbage",
    Fault.INVALID_UTF8: "provider_garbage",
    Fault.DEEP_JSON: "provider_garbage",
    Fault.HUGE_LINE: "provider_garbage",
    Fault.ERROR_EVENT: "provider_error",
    Fault.DEATH_MIDWAY: "provider_died",
    Fault.CUT_OFF: "provider_died",
    Fault.DROP: "provider_unreachable",
}


@pytest.mark.parametrize(("fault", "code"), GARBAGE.items())
async def test_garbage_and_death_are_unavailable(fake: FakeOpenAi, fault: Fault, code: str) -> None:
    """Whatever is no answer ends as `Unavailable` with its code, and the connection is let go."""
    error, _ = await failure(fake, Script(answer=ANSWER, fault=fault))
    assert (type(error), error.code) == (Unavailable, code)


async def test_words_before_a_death_are_given_out(fake: FakeOpenAi) -> None:
    """What came before the server died was said; only the rest is missing."""
    _, words = await failure(fake, Script(answer=ANSWER, fault=Fault.DEATH_MIDWAY))
    assert words == "Привет, мир!"


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HANG_BEFORE_HEADERS,
        Fault.HANG_BEFORE_FIRST_TOKEN,
        Fault.ONE_BYTE_PER_SECOND,
        Fault.ENDLESS_COMMENTS,
        Fault.ENDLESS_EMPTY,
        Fault.ENDLESS_BLANK,
    ],
)
async def test_no_word_in_time_is_a_first_token_timeout(fake: FakeOpenAi, fault: Fault) -> None:
    """A server that keeps the line open without a word fails at the first-token deadline."""
    limits = replace(QUICK, first_token_timeout_seconds=0.05)
    error, words = await failure(fake, Script(fault=fault, tick_seconds=0.01), limits)
    assert (type(error), error.code) == (DeadlineExceeded, "provider_first_token_timeout")
    assert not words.strip()
