"""When a question is asked a second time, and when that would cost twice."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from nexy.contracts.completions import Message, Picture, Question, Role
from nexy.contracts.errors import Unavailable
from nexy.modules.ai_router.exchange.pool import Attempt
from nexy.modules.ai_router.provider import Enquiry
from support.fake_openai import FakeOpenAi
from support.fake_script import Fault, Script
from support.openai_turns import ANSWER, Asked, collect

DROP = Script(fault=Fault.DROP)
GOOD = Script(answer=ANSWER)


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeOpenAi]:
    async with FakeOpenAi() as server:
        yield server


@dataclass(slots=True)
class Base:
    """Where `Asked` finds a server that is no FakeOpenAi."""

    base_url: str
    requests: int = 0


@asynccontextmanager
async def _half_server(half: bytes) -> AsyncGenerator[Base, None]:
    """Answers the first question whole and the second one only with `half` of an answer, then closes."""
    events = b'data: {"choices": [{"delta": {"content": "Yes."}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(events)
    base = Base(base_url="")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (head + events, half):
            asked = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", asked)
            assert length is not None
            await reader.readexactly(int(length[1]))
            base.requests += 1
            writer.write(answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        base.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        yield base


async def test_a_kept_connection_that_was_closed_is_replaced_once(
    fake: FakeOpenAi, caplog: pytest.LogCaptureFixture
) -> None:
    """A kept connection may have died unnoticed: the question is asked again on a new one, and the log says so."""
    fake.play(GOOD, DROP, GOOD)
    async with Asked(fake) as provider:
        await collect(provider)
        assert (await collect(provider))[0] == ANSWER
    assert len(fake.requests) == 3
    retries = [record for record in caplog.records if getattr(record, "decision", "") == "retry"]
    assert len(retries) == 1


async def test_a_fresh_connection_that_drops_is_not_asked_twice(
    fake: FakeOpenAi, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that took the question on a new connection may be at work: asking again would cost twice."""
    fake.play(DROP, GOOD)
    async with Asked(fake) as provider:
        with pytest.raises(Unavailable) as caught:
            await collect(provider)
    assert caught.value.code == "provider_unreachable"
    assert len(fake.requests) == 1
    assert not [record for record in caplog.records if getattr(record, "decision", "") == "retry"]


async def test_a_second_loss_is_the_end(fake: FakeOpenAi) -> None:
    """The question is asked at most twice, whatever the second connection was."""
    fake.play(GOOD, DROP, DROP, GOOD)
    async with Asked(fake) as provider:
        await collect(provider)
        with pytest.raises(Unavailable):
            await collect(provider)
    assert len(fake.requests) == 3


async def test_turns_at_once_are_judged_each_by_its_own_connection(fake: FakeOpenAi) -> None:
    """With one kept connection and four turns at once that are all dropped, only the one that reused it asks again."""
    fake.play(GOOD, DROP)
    async with Asked(fake) as provider:
        await collect(provider)
        ends = await asyncio.gather(*(collect(provider) for _ in range(4)), return_exceptions=True)
    assert all(isinstance(end, Unavailable) for end in ends)
    assert len(fake.requests) == 1 + 4 + 1


async def test_a_large_question_is_sent_whole_again(fake: FakeOpenAi) -> None:
    """A screenshot that is sent in pieces starts from its beginning on the new connection."""
    fake.play(GOOD, DROP, GOOD)
    picture = "QUJD" * (1024 * 1024)
    shown = Message(role=Role.USER, text="See?", pictures=(Picture(media_type="image/webp", data=picture),))
    async with Asked(fake) as provider:
        await collect(provider)
        await collect(provider, Enquiry(question=Question(messages=(shown,))))
    content = fake.requests[-1].json["messages"][-1]["content"]
    assert content[1]["image_url"]["url"].endswith(picture)


@pytest.mark.parametrize("half", [b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-", b"HTTP/1.1 200 OK\r\nA: b\r\n"])
async def test_half_an_answer_is_not_asked_for_again(half: bytes) -> None:
    """Once a part of the answer came, the server had the question, also on a kept connection."""
    async with _half_server(half) as base, Asked(base) as provider:  # type: ignore[arg-type]
        assert (await collect(provider))[0] == "Yes."
        with pytest.raises(Unavailable):
            await collect(provider)
        assert base.requests == 2


async def test_no_answer_on_a_kept_connection_is_asked_for_again() -> None:
    """The counterpart: the same server closing without a byte gets the question once more."""
    async with _half_server(b"") as base, Asked(base) as provider:  # type: ignore[arg-type]
        await collect(provider)
        assert (await collect(provider))[0] == "Yes."
        assert base.requests == 3


@pytest.mark.parametrize("reused", [True, False])
@pytest.mark.parametrize(
    "failure",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        aiohttp.ClientConnectionResetError("closing"),
    ],
)
def test_only_a_kept_connection_counts(failure: aiohttp.ClientError, *, reused: bool) -> None:
    """Every way to lose a connection without an answer is excused on a kept one and on no other."""
    assert Attempt(reused=reused).met_closed_connection(failure) is reused


def test_other_failures_are_never_asked_again() -> None:
    """Time, garbage and payloads say nothing about a connection that was closed before."""
    for failure in (aiohttp.ServerTimeoutError(), aiohttp.ClientPayloadError(), aiohttp.InvalidURL("x")):
        assert not Attempt(reused=True).met_closed_connection(failure)
