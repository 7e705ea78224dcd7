"""The provider against a real socket: answers, oddities of the wire, connections and interrupts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
import pytest_asyncio

from nexy.contracts.completions import Finished, FinishReason, Message, Picture, Question, Role, ToolCall, ToolCallDelta
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.provider import Enquiry
from nexy.utils.supervisor import owned_task
from support.fake_openai import FakeOpenAi
from support.fake_script import Fault, Script
from support.openai_turns import ANSWER, ENQUIRY, Asked, collect, events_of


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeOpenAi]:
    async with FakeOpenAi() as server:
        yield server


async def test_streams_the_whole_answer_and_its_usage_once(fake: FakeOpenAi) -> None:
    """An undisturbed stream gives every word, then one usage event with the server's model and request id."""
    fake.play(Script(answer=ANSWER))
    async with Asked(fake) as provider:
        words, usage = await collect(provider)
    assert words == ANSWER
    assert usage == [
        WordsUsage(provider="openai", model="fake-model", input_tokens=11, output_tokens=7, request_id="chatcmpl-fake")
    ]


async def test_words_come_before_the_answer_is_complete(fake: FakeOpenAi) -> None:
    """The first words are given out while the server is still silent about the rest."""
    fake.play(Script(answer=ANSWER, fault=Fault.HANG_MIDWAY))
    async with Asked(fake) as provider, aclosing(provider.stream(ENQUIRY, "")) as events:
        assert await anext(events) == WordsBegun(provider="openai", model="gpt-4o-mini", asked=("Be kind.", "Hello?"))
        assert await anext(events) == WordsDelta(text="Привет, мир!")


@pytest.mark.parametrize("fault", [Fault.CRLF, Fault.NO_DONE, Fault.SPLIT_BYTES])
async def test_oddities_of_the_wire_change_nothing(fake: FakeOpenAi, fault: Fault) -> None:
    """CRLF with comments, a missing [DONE] and chunks of one byte give the same words and usage."""
    fake.play(Script(answer=ANSWER, fault=fault))
    async with Asked(fake) as provider:
        words, usage = await collect(provider)
    assert words == ANSWER
    assert len(usage) == 1


async def test_a_server_that_counts_nothing_gives_no_usage(fake: FakeOpenAi) -> None:
    """Without a usage chunk there is no usage event, and the answer is still whole."""
    fake.play(Script(answer=ANSWER, usage=False))
    async with Asked(fake) as provider:
        assert await collect(provider) == (ANSWER, [])


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.BLANK])
async def test_an_empty_answer_is_an_answer_without_words(fake: FakeOpenAi, fault: Fault) -> None:
    """The adapter reports a well-formed empty stream as it is; judging it is the chain's part."""
    fake.play(Script(fault=fault))
    async with Asked(fake) as provider:
        words, usage = await collect(provider)
    assert not words.strip()
    assert len(usage) == 1


async def test_nobody_listening_is_unreachable() -> None:
    """A refused connection is `Unavailable` at once."""
    async with FakeOpenAi() as closed:
        pass
    async with Asked(closed) as provider:
        with pytest.raises(Unavailable) as caught:
            await collect(provider)
    assert caught.value.code == "provider_unreachable"


async def test_turns_share_one_connection(fake: FakeOpenAi) -> None:
    """The end of each body is read, so that five turns one after the other need one connection."""
    async with Asked(fake) as provider:
        for _ in range(5):
            await collect(provider)
    assert len(fake.connections) == 1


async def test_closing_the_stream_midway_lets_the_server_go(fake: FakeOpenAi) -> None:
    """An interrupt closes the generator, and with it the connection: the server stops making words."""
    fake.play(Script(answer=ANSWER, fault=Fault.HANG_MIDWAY))
    async with Asked(fake) as provider:
        async with aclosing(provider.stream(ENQUIRY, "")) as events:
            await anext(events)
            assert fake.running == 1
        await asyncio.wait_for(fake.idle.wait(), 5)


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE_HEADERS, Fault.HANG_BEFORE_FIRST_TOKEN])
async def test_cancelling_a_waiting_turn_lets_the_server_go(fake: FakeOpenAi, fault: Fault) -> None:
    """A cancelled task stays cancelled, and its connection is closed."""
    fake.play(Script(fault=fault))
    async with Asked(fake) as provider:
        async with owned_task(collect(provider)) as task:
            await asyncio.wait_for(fake.busy.wait(), 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.wait_for(fake.idle.wait(), 5)


async def test_many_turns_at_once_do_not_mix(fake: FakeOpenAi) -> None:
    """Twenty turns over the shared session each get their own whole answer."""
    fake.play(*(Script(answer=f"Answer {n}. " + "word " * n) for n in range(20)))
    async with Asked(fake) as provider:
        answers = await asyncio.gather(*(collect(provider) for _ in range(20)))
    assert sorted(words for words, _ in answers) == sorted(f"Answer {n}. " + "word " * n for n in range(20))


async def test_the_request_is_that_of_the_api_reference(fake: FakeOpenAi) -> None:
    """Model, messages, bounds, streaming and usage are asked for as the API reference has it."""
    async with Asked(fake, model="m", max_tokens=7, api_key="sk-1") as provider:
        await collect(provider)
    received = fake.requests[-1]
    assert received.json == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello?"}],
        "max_tokens": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert received.headers["Authorization"] == "Bearer sk-1"
    assert received.headers["Content-Type"] == "application/json"


async def test_without_a_key_no_authorization_is_sent(fake: FakeOpenAi) -> None:
    """Local servers want no key, so none is made up."""
    async with Asked(fake) as provider:
        await collect(provider)
    assert "Authorization" not in fake.requests[-1].headers


def showing(data: str) -> Enquiry:
    """A question with a picture."""
    picture = Picture(media_type="image/webp", data=data)
    return Enquiry(question=Question(messages=(Message(role=Role.USER, text="Hello?", pictures=(picture,)),)))


async def test_a_large_picture_goes_with_the_question(fake: FakeOpenAi) -> None:
    """Ten megabytes of picture arrive as a data URL beside the words."""
    data = "QUJD" * (10 * 1024 * 256)
    async with Asked(fake) as provider:
        await collect(provider, showing(data))
    content = fake.requests[-1].json["messages"][-1]["content"]
    assert content[0] == {"type": "text", "text": "Hello?"}
    assert content[1]["image_url"]["url"] == f"data:image/webp;base64,{data}"


@pytest.mark.parametrize(("seeing", "pictures"), [(True, 1), (False, 0)])
async def test_only_pictures_that_were_sent_are_estimated(fake: FakeOpenAi, pictures: int, *, seeing: bool) -> None:
    """A server that cannot see gets no picture, so none is charged for."""
    async with Asked(fake, send_screenshot=seeing) as provider:
        begun = (await events_of(provider, showing("QUJD")))[0]
    assert isinstance(begun, WordsBegun)
    assert begun.pictures == pictures


async def test_another_model_may_be_asked_for(fake: FakeOpenAi) -> None:
    """The enquiry's model goes out instead of the configured one."""
    async with Asked(fake) as provider:
        begun = (await events_of(provider, model="gpt-other"))[0]
    assert isinstance(begun, WordsBegun)
    assert (begun.model, fake.requests[-1].json["model"]) == ("gpt-other", "gpt-other")


async def test_a_call_of_a_tool_comes_in_pieces_and_says_so_at_the_end(fake: FakeOpenAi) -> None:
    """The first piece names the tool, the next ones carry its arguments; the reason of the end is the call."""
    fake.play(Script(answer="", tool_calls=(ToolCall(id="call_1", name="look", arguments='{"at": 1}'),)))
    async with Asked(fake) as provider:
        events = await events_of(provider)
    pieces = [event for event in events if isinstance(event, ToolCallDelta)]
    assert pieces[0] == ToolCallDelta(index=0, id="call_1", name="look")
    assert "".join(piece.arguments for piece in pieces) == '{"at": 1}'
    assert events[-1] == Finished(reason=FinishReason.TOOL_CALLS)


async def test_two_providers_share_the_pool(fake: FakeOpenAi) -> None:
    """Closing one provider leaves the connections to the other; whoever made the pool closes it."""
    async with Asked(fake) as provider:
        await collect(provider)
        await provider.close()
        await collect(provider)
    assert len(fake.connections) == 1


async def test_closing_twice_and_before_use_is_safe() -> None:
    """A provider that was never asked has nothing to close."""
    async with FakeOpenAi() as server, Asked(server) as provider:
        await provider.close()
        await provider.close()
