"""Several requests on one stream."""

import uuid
from contextlib import aclosing

import grpc
import pytest

from nexy_client import CallFailed, Deadlines, End, ProtocolBroken, Screenshot, Text, VoiceClient
from nexy_client.testing import steps
from nexy_client.testing.scripted_voice import ScriptedVoice
from nexy_client.testing.steps import Finish, Hang


async def test_collected_speech_is_committed_on_the_same_stream(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Pieces go out in order with their numbers, each acknowledged, and the commit's answer follows."""
    async with client.conversation() as talk:
        await talk.collect("What can", seq=1)
        await talk.collect("you", seq=2)
        events = [event async for event in talk.commit("do")]
    assert events[0] == Text(text="You said What can you do")
    assert isinstance(events[-1], End)
    assert [(request.phase, request.chunk_seq, request.chunk_text) for request in voice.requests] == [
        (1, 1, "What can"),
        (1, 2, "you"),
        (2, 0, ""),
    ]
    assert len(voice.metadata) == 1


async def test_all_of_a_conversation_belongs_to_one_session(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Collects and turns carry the session that the caller can read, or gave."""
    session = str(uuid.uuid4())
    async with client.conversation(session_id=session) as talk:
        assert talk.session_id == session
        await talk.collect("a")
        _ = [event async for event in talk.commit("b")]
        _ = [event async for event in talk.say("c")]
    assert {request.session_id for request in voice.requests} == {session}


async def test_turns_follow_each_other(client: VoiceClient) -> None:
    """Each answer ends with its own end, and the next request is answered after it."""
    async with client.conversation() as talk:
        for words in ("one", "two", "three"):
            events = [event async for event in talk.say(words)]
            assert events[0] == Text(text=f"You said {words}")
            assert [type(event) for event in events].count(End) == 1


async def test_a_commit_carries_its_screenshot(client: VoiceClient, voice: ScriptedVoice) -> None:
    """What the person sees goes with the commit."""
    async with client.conversation() as talk:
        _ = [event async for event in talk.commit("this", screenshot=Screenshot(data="UklG", width=1))]
    assert (voice.requests[0].screenshot, voice.requests[0].screen_width) == ("UklG", 1)
    assert not voice.requests[0].HasField("screen_height")


async def test_a_refused_turn_ends_the_conversation(client: VoiceClient) -> None:
    """The refusal is raised where it happened, and again by whoever goes on."""
    async with client.conversation() as talk:
        with pytest.raises(CallFailed, match="prompt: it is empty"):
            _ = [event async for event in talk.commit(" ")]
        with pytest.raises(CallFailed):
            _ = [event async for event in talk.say("hello")]
        with pytest.raises(CallFailed):
            await talk.collect("hello")


async def test_a_refused_piece_is_raised_by_collect(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A collect that the server refuses does not pass for accepted."""
    async with client.conversation(session_id="nonsense") as talk:
        voice.collect_answer = steps.text("what?")
        with pytest.raises(ProtocolBroken):
            await talk.collect("hello")


async def test_a_truncated_turn_is_a_failure(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A stream that ends inside an answer raises with its outcome."""
    voice.turn = lambda _request, _metadata: [
        steps.text("Well,"),
        Finish(trailers=(("nexy-outcome", "truncated"),)),
    ]
    async with client.conversation() as talk:
        with pytest.raises(CallFailed) as failed:
            _ = [event async for event in talk.say("hello")]
    assert failed.value.outcome == "truncated"


async def test_a_stream_that_ends_before_the_acknowledgement_is_a_failure(
    client: VoiceClient, voice: ScriptedVoice
) -> None:
    """Losing the stream between two pieces is not taken for an acknowledgement, whoever notices first."""
    voice.turn = lambda _request, _metadata: [steps.end(), Finish(trailers=(("nexy-outcome", "drained"),))]
    async with client.conversation() as talk:
        _ = [event async for event in talk.say("hello")]
        with pytest.raises(CallFailed) as failed:
            await talk.collect("more")
    # Where the write meets the ended call, grpc has forgotten the server's own status and trailers.
    assert (failed.value.status, failed.value.outcome) in {("OK", "drained"), ("UNAVAILABLE", "")}


async def test_an_abandoned_answer_is_not_mixed_into_the_next(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Leaving an answer midway ends the stream: its rest never shows up in a later answer."""
    voice.turn = lambda _request, _metadata: [steps.text("one"), Hang()]
    async with client.conversation() as talk:
        async with aclosing(talk.say("hello")) as events:
            assert await anext(events) == Text(text="one")
        await voice.abandoned.wait()
        with pytest.raises(CallFailed):
            _ = [event async for event in talk.say("again")]


async def test_a_silent_server_does_not_hold_a_conversation_for_ever(target: str, voice: ScriptedVoice) -> None:
    """Without a deadline on the whole stream, each wait is bounded."""
    voice.turn = lambda _request, _metadata: [steps.text("one"), Hang()]
    async with (
        VoiceClient(target, hardware_id="d", deadlines=Deadlines(turn=0.2)) as hurried,
        hurried.conversation() as talk,
    ):
        with pytest.raises(CallFailed) as failed:
            _ = [event async for event in talk.say("hello")]
    assert failed.value.status == "DEADLINE_EXCEEDED"


async def test_leaving_the_block_ends_a_quiet_stream(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A conversation that says nothing leaves no call behind."""
    async with client.conversation():
        pass
    assert voice.requests == []


async def test_the_status_of_a_failed_turn_is_kept(client: VoiceClient, voice: ScriptedVoice) -> None:
    """An interrupt or a shutdown can be told apart by its status."""
    voice.turn = lambda _request, _metadata: [Finish(status=grpc.StatusCode.UNAVAILABLE, details="stopping")]
    async with client.conversation() as talk:
        with pytest.raises(CallFailed) as failed:
            _ = [event async for event in talk.say("hello")]
    assert (failed.value.status, failed.value.details) == ("UNAVAILABLE", "stopping")
