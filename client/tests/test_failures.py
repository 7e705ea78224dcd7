"""Answers that do not end well."""

import asyncio

import grpc
import pytest

from nexy_client import CallFailed, ClientEvent, Deadlines, ProtocolBroken, Screenshot, Text, VoiceClient
from nexy_client.testing import steps
from nexy_client.testing.scripted_voice import ScriptedVoice
from nexy_client.testing.steps import Finish, Hang, Step


async def failure_of(client: VoiceClient, prompt: str = "hello") -> tuple[list[ClientEvent], CallFailed]:
    """What came before the failure, and the failure."""
    events: list[ClientEvent] = []
    with pytest.raises(CallFailed) as failed:
        async for event in client.turn(prompt):
            events.append(event)
    return events, failed.value


def play(voice: ScriptedVoice, *script: Step) -> None:
    """Answer every turn with these steps."""
    voice.turn = lambda _request, _metadata: list(script)


async def test_a_refusal_carries_its_status_and_the_server_s_words(client: VoiceClient) -> None:
    """A refused prompt raises with INVALID_ARGUMENT and the error_message that names the field; no data came."""
    events, failed = await failure_of(client, "   ")
    assert events == []
    assert (failed.status, failed.error_message) == ("INVALID_ARGUMENT", "prompt: it is empty")
    assert not failed.truncated
    assert str(failed) == "INVALID_ARGUMENT: prompt: it is empty"


async def test_a_refusal_s_message_is_never_lost(client: VoiceClient) -> None:
    """However fast the status follows the message, both arrive."""
    messages = {(await failure_of(client, "   "))[1].error_message for _ in range(50)}
    assert messages == {"prompt: it is empty"}


async def test_an_exhausted_server_says_when_to_come_back(client: VoiceClient, voice: ScriptedVoice) -> None:
    """The retry-after metadata becomes seconds."""
    trailers = (
        ("retry-after", "60"), ("nexy-error-type", "stream_limit_exceeded"), ("nexy-error-code", "streams_full"),
    )  # fmt: skip
    play(voice, Finish(status=grpc.StatusCode.RESOURCE_EXHAUSTED, details="full", trailers=trailers))
    _, failed = await failure_of(client)
    assert (failed.status, failed.details, failed.retry_after_seconds) == ("RESOURCE_EXHAUSTED", "full", 60.0)
    assert (failed.error_type, failed.error_code) == ("stream_limit_exceeded", "streams_full")


async def test_a_retry_after_that_is_no_number_is_left_out(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A date in retry-after does not hide the failure itself."""
    play(voice, Finish(status=grpc.StatusCode.UNAVAILABLE, trailers=(("retry-after", "tomorrow"),)))
    _, failed = await failure_of(client)
    assert (failed.status, failed.retry_after_seconds) == ("UNAVAILABLE", None)


async def test_a_refusal_keeps_its_status_however_large_the_request(client: VoiceClient) -> None:
    """A message above the server's limit is refused as RESOURCE_EXHAUSTED, not as an internal error."""
    shot = Screenshot(data="A" * 17 * 1024 * 1024)
    with pytest.raises(CallFailed) as failed:
        _ = [event async for event in client.turn("look", screenshot=shot)]
    assert failed.value.status == "RESOURCE_EXHAUSTED"


async def test_a_truncated_answer_is_a_failure_with_its_outcome(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Status OK without end_message raises after the data, with the trailers that tell why."""
    trailers = (("nexy-outcome", "truncated"), ("nexy-error-type", "unavailable"))
    play(voice, steps.text("Well,"), steps.sound(), Finish(trailers=trailers))
    events, failed = await failure_of(client)
    assert events[0] == Text(text="Well,")
    assert len(events) == 2
    assert (failed.status, failed.outcome, failed.error_type) == ("OK", "truncated", "unavailable")
    assert failed.truncated


async def test_an_answer_that_just_stops_is_a_failure(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Even without trailers nobody takes half an answer for a whole one."""
    play(voice, steps.text("Well,"))
    _, failed = await failure_of(client)
    assert (failed.status, failed.outcome) == ("OK", "")
    assert failed.truncated


async def test_an_error_message_with_status_ok_is_a_failure(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A server that reports an error and then claims success is not believed."""
    play(voice, steps.refused("prompt", "no")[0], steps.end())
    _, failed = await failure_of(client)
    assert (failed.status, failed.error_message) == ("OK", "prompt: no")


async def test_a_status_cancelled_is_a_failure_and_not_our_own_cancellation(
    client: VoiceClient, voice: ScriptedVoice
) -> None:
    """A turn that the server cancelled raises CallFailed; asyncio.CancelledError stays for this side."""
    play(voice, steps.text("Well,"), Finish(status=grpc.StatusCode.CANCELLED, details="interrupted"))
    _, failed = await failure_of(client)
    assert failed.status == "CANCELLED"


async def test_our_own_cancellation_stays_one(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A task that is cancelled in the middle of an answer ends as cancelled, and the server hears of it."""
    play(voice, steps.text("Well,"), Hang())
    begun = asyncio.Event()

    async def listen() -> None:
        async for _event in client.turn("hello"):
            begun.set()

    async with asyncio.TaskGroup() as group:
        listening = group.create_task(listen())
        await begun.wait()
        listening.cancel()
    assert listening.cancelled()
    await voice.abandoned.wait()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    """A refused connection is a CallFailed like any other, for turns, simple calls and readiness."""
    deadlines = Deadlines(connect=0.05, call=5, turn=5)
    async with VoiceClient("127.0.0.1:1", hardware_id="d", deadlines=deadlines) as nowhere:
        _, failed = await failure_of(nowhere)
        assert failed.status == "UNAVAILABLE"
        with pytest.raises(CallFailed, match="UNAVAILABLE"):
            await nowhere.interrupt()
        with pytest.raises(CallFailed, match="no connection to"):
            await nowhere.ready()
        with pytest.raises(CallFailed, match="UNAVAILABLE"):
            await nowhere.health()


async def test_a_turn_has_a_deadline(target: str, voice: ScriptedVoice) -> None:
    """A server that hangs does not hold its caller for longer than the deadline."""
    play(voice, steps.text("Well,"), Hang())
    async with VoiceClient(target, hardware_id="d", deadlines=Deadlines(turn=0.2)) as hurried:
        _, failed = await failure_of(hurried)
    assert failed.status == "DEADLINE_EXCEEDED"


@pytest.mark.parametrize(
    "broken",
    [
        "__MCP__{",
        "__MCP__[1]",
        '__MCP__{"event": "mcp.command_request"}',
        '__MCP__{"payload": {"args": {}}}',
        '__MCP__{"payload": {"command": "open_app", "args": "Safari"}}',
    ],
)
async def test_a_broken_action_is_neither_text_nor_action(
    client: VoiceClient, voice: ScriptedVoice, broken: str
) -> None:
    """What stands behind the prefix and is no command is refused as a breach of the contract."""
    play(voice, steps.text(broken), steps.end())
    with pytest.raises(ProtocolBroken):
        _ = [event async for event in client.turn("hello")]


async def test_the_prefix_inside_a_sentence_is_text(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Only a chunk that begins with the prefix is an action."""
    play(voice, steps.text("It says __MCP__{}"), steps.end())
    events = [event async for event in client.turn("hello")]
    assert events[0] == Text(text="It says __MCP__{}")
