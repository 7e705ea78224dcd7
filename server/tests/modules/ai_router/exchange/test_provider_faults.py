"""Every way in which a provider is known to fail, put to every wire over a real socket: one table of codes."""

import asyncio
from dataclasses import replace

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCall
from nexy.contracts.errors import DeadlineExceeded, NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.contracts.words import WordsUsage
from support.fake_script import Fault, Script
from support.provider_wires import ANSWER, KEY, QUESTION, QUICK, WIRES, Heard, SpokenWire, speaking

pytestmark = pytest.mark.parametrize("wire", WIRES, ids=str)


async def failure(wire: SpokenWire, script: Script, limits: WordsConfig = QUICK) -> tuple[NexyError, Heard]:
    """What the script's fault raises, and what came before it; the server is left alone afterwards."""
    heard = Heard()
    async with wire.fake() as fake:
        fake.play(script)
        async with speaking(wire, fake, limits) as provider:
            with pytest.raises(NexyError) as caught:
                await heard.listen(provider)
            await asyncio.wait_for(fake.idle.wait(), 5)
        assert len(fake.requests) == 1
    assert not heard.ends
    return caught.value, heard


async def answer(wire: SpokenWire, script: Script) -> Heard:
    """A whole answer."""
    async with wire.fake() as fake:
        fake.play(script)
        async with speaking(wire, fake) as provider:
            return await Heard().listen(provider)


async def test_an_undisturbed_answer_is_whole_and_counted_once(wire: SpokenWire) -> None:
    """It begins once, every word comes, then its usage with the server's model and the request's id, then its end."""
    heard = await answer(wire, Script(answer=ANSWER))
    assert (heard.begun, heard.text, heard.ends) == (1, ANSWER, [Finished(reason=FinishReason.STOP)])
    [usage] = heard.usage
    assert replace(usage, request_id="") == WordsUsage(
        provider=wire.name, model="fake-model", input_tokens=11, output_tokens=7
    )


@pytest.mark.parametrize("fault", [Fault.CRLF, Fault.NO_DONE, Fault.SPLIT_BYTES])
async def test_oddities_of_the_wire_change_nothing(wire: SpokenWire, fault: Fault) -> None:
    """Line ends, a missing last word of the wire and chunks of one byte give the same answer."""
    heard = await answer(wire, Script(answer=ANSWER, fault=fault))
    assert (heard.text, len(heard.usage), len(heard.ends)) == (ANSWER, 1, 1)


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.BLANK])
async def test_an_answer_of_nothing_is_still_complete(wire: SpokenWire, fault: Fault) -> None:
    """Whether no words are an answer is not for the wire to say."""
    heard = await answer(wire, Script(answer=ANSWER, fault=fault))
    assert (heard.text.strip(), len(heard.ends)) == ("", 1)


async def test_a_limit_is_a_reason(wire: SpokenWire) -> None:
    """An answer may be cut at its limit of tokens."""
    heard = await answer(wire, Script(answer=ANSWER, ending=FinishReason.LENGTH))
    assert heard.ends == [Finished(reason=FinishReason.LENGTH)]


async def test_a_filter_is_a_reason_and_no_failure(wire: SpokenWire) -> None:
    """What was filtered is told where the wire tells it; Ollama filters nothing."""
    heard = await answer(wire, Script(answer=ANSWER, ending=FinishReason.CONTENT_FILTER))
    reason = FinishReason.STOP if wire.name == "ollama" else FinishReason.CONTENT_FILTER
    assert (heard.text, heard.ends) == (ANSWER, [Finished(reason=reason)])


async def test_calls_of_tools_come_with_their_arguments(wire: SpokenWire) -> None:
    """Two calls at once are told apart, each with its id, its name and its whole arguments."""
    calls = (
        ToolCall(id="call-a", name="weather", arguments='{"city":"Осло"}'),
        ToolCall(id="call-b", name="clock", arguments="{}"),
    )
    heard = await answer(wire, Script(answer="One moment.", tool_calls=calls))
    made = [
        ToolCall(
            id="".join(piece.id for piece in heard.calls if piece.index == index),
            name="".join(piece.name for piece in heard.calls if piece.index == index),
            arguments="".join(piece.arguments for piece in heard.calls if piece.index == index),
        )
        for index in (0, 1)
    ]
    assert (heard.text, made) == ("One moment.", list(calls))
    assert heard.ends == [Finished(reason=FinishReason.TOOL_CALLS)]


STATUSES = {
    Fault.UNAUTHORIZED: (Unavailable, "provider_auth"),
    Fault.BAD_REQUEST: (ValidationFailed, "provider_refused"),
    Fault.RATE_LIMITED: (Unavailable, "provider_429"),
    Fault.SERVER_ERROR: (Unavailable, "provider_500"),
    Fault.REDIRECT: (Unavailable, "provider_307"),
}


@pytest.mark.parametrize("fault", STATUSES, ids=str)
async def test_statuses_have_their_own_codes(wire: SpokenWire, fault: Fault) -> None:
    """A refused key is ours, a refused request the caller's, a redirect is not followed."""
    error, heard = await failure(wire, Script(fault=fault))
    assert (type(error), error.code, heard.begun) == (*STATUSES[fault], 0)
    assert KEY not in error.message


async def test_an_overload_may_be_tried_again(wire: SpokenWire) -> None:
    """503, or the 529 of Anthropic."""
    error, _ = await failure(wire, Script(fault=Fault.OVERLOADED))
    assert (type(error), error.code) == (Unavailable, "provider_529" if wire.name == "claude" else "provider_503")
    assert error.retryable


async def test_the_time_to_wait_reaches_the_caller(wire: SpokenWire) -> None:
    """The seconds of a 429 become the error's, whether a header tells them or the body; Ollama tells none."""
    error, _ = await failure(wire, Script(fault=Fault.RATE_LIMITED, retry_after="7"))
    assert error.retry_after_seconds == (None if wire.name == "ollama" else 7)


GARBAGE = {
    Fault.HTML: "provider_garbage",
    Fault.HALF_JSON: "provider_garbage",
    Fault.NAN: "provider_garbage",
    Fault.INVALID_UTF8: "provider_garbage",
    Fault.DEEP_JSON: "provider_garbage",
    Fault.HUGE_LINE: "provider_garbage",
    Fault.DEATH_MIDWAY: "provider_died",
    Fault.CUT_OFF: "provider_died",
    Fault.DROP: "provider_unreachable",
}


@pytest.mark.parametrize(("fault", "code"), GARBAGE.items())
async def test_garbage_and_death_are_unavailable(wire: SpokenWire, fault: Fault, code: str) -> None:
    """Whatever is no answer ends as `Unavailable` with its code, and the connection is let go."""
    error, _ = await failure(wire, Script(answer=ANSWER, fault=fault))
    assert (type(error), error.code) == (Unavailable, code)


TOLD = {"openai": "provider_error", "claude": "provider_529", "gemini": "provider_503", "ollama": "provider_error"}


async def test_an_error_amid_the_stream_is_a_failure(wire: SpokenWire) -> None:
    """What the wire tells of it is its code: the status that it would have been, where there is one."""
    error, _ = await failure(wire, Script(answer=ANSWER, fault=Fault.ERROR_EVENT))
    assert (type(error), error.code) == (Unavailable, TOLD[wire.name])
    assert "verloaded" not in error.message


async def test_words_before_a_death_are_given_out(wire: SpokenWire) -> None:
    """What came before the server died was said; nobody knows what it cost."""
    _, heard = await failure(wire, Script(answer=ANSWER, fault=Fault.DEATH_MIDWAY))
    assert (heard.text, heard.usage) == ("Привет, мир!", [])


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
async def test_no_word_in_time_is_a_first_token_timeout(wire: SpokenWire, fault: Fault) -> None:
    """A server that keeps the line open without a word fails at the first-token deadline, pings or not."""
    limits = replace(QUICK, first_token_timeout_seconds=0.05)
    error, heard = await failure(wire, Script(fault=fault, tick_seconds=0.01), limits)
    assert (type(error), error.code) == (DeadlineExceeded, "provider_first_token_timeout")
    assert not heard.text.strip()


async def test_silence_after_the_first_words_is_a_timeout_between_tokens(wire: SpokenWire) -> None:
    """A server that falls silent midway fails at the deadline between tokens, its words already out."""
    limits = replace(QUICK, between_tokens_timeout_seconds=0.05)
    error, heard = await failure(wire, Script(answer=ANSWER, fault=Fault.HANG_MIDWAY), limits)
    assert (type(error), error.code) == (DeadlineExceeded, "provider_between_tokens_timeout")
    assert heard.text == "Привет, мир!"


async def test_an_answer_without_end_meets_the_whole_deadline(wire: SpokenWire) -> None:
    """A steady trickle of words ends at the deadline of the whole answer."""
    limits = replace(QUICK, whole_answer_timeout_seconds=0.05)
    error, _ = await failure(wire, Script(answer="word " * 1000, delay_seconds=0.01), limits)
    assert (type(error), error.code) == (DeadlineExceeded, "provider_whole_answer_timeout")


async def test_a_flood_without_words_is_refused_by_size(wire: SpokenWire) -> None:
    """Empty events without end are given up after so many bytes, long before any deadline."""
    limits = replace(QUICK, max_line_bytes=20_000)
    error, _ = await failure(wire, Script(fault=Fault.ENDLESS_EMPTY, tick_seconds=0), limits)
    assert (type(error), error.code) == (Unavailable, "provider_garbage")


async def test_an_answer_over_its_bound_is_too_large(wire: SpokenWire) -> None:
    """The words of an answer are bounded in bytes."""
    limits = replace(QUICK, max_answer_bytes=1024)
    error, heard = await failure(wire, Script(answer="слово " * 500), limits)
    assert isinstance(error, TooLarge)
    assert len(heard.text.encode()) <= 1024


async def test_the_key_goes_into_a_header_alone(wire: SpokenWire) -> None:
    """Addresses end up in logs, so the key is in none."""
    async with wire.fake() as fake:
        async with speaking(wire, fake) as provider:
            await Heard().listen(provider, QUESTION, "another-model")
        [asked] = fake.requests
    carrying = [name.lower() for name, value in asked.headers.items() if KEY in value]
    assert carrying == {"openai": ["authorization"], "claude": ["x-api-key"], "gemini": ["x-goog-api-key"]}.get(
        wire.name, []
    )
    assert KEY not in asked.path
    assert KEY.encode() not in asked.body
    assert b"another-model" in asked.body + asked.path.encode()
