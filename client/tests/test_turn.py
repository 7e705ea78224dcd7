"""One question, one answer."""

import uuid
from contextlib import aclosing

import pytest

from nexy_client import Action, CallFailed, ClientEvent, End, Screenshot, Sound, Text, VoiceClient
from nexy_client.testing import steps
from nexy_client.testing.scripted_voice import ScriptedVoice


async def heard(client: VoiceClient, prompt: str, session_id: str | None = None) -> list[ClientEvent]:
    """Everything that the answer holds."""
    return [event async for event in client.turn(prompt, session_id=session_id)]


async def test_an_answer_comes_in_the_server_s_order(client: VoiceClient) -> None:
    """Sentences, their sound and the end arrive as they were sent."""
    events = await heard(client, "hello")
    assert [type(event) for event in events] == [Text, Sound, Sound, Text, Sound, Sound, End]
    assert events[0] == Text(text="You said hello")
    assert events[-1] == End(text="TURN_COMPLETE")


async def test_sound_arrives_whole_with_what_the_server_claims(client: VoiceClient) -> None:
    """The bytes, the shape and the format are the server's, untouched."""
    sound = next(event for event in await heard(client, "hello") if isinstance(event, Sound))
    assert sound.data == steps.chunk(20).audio_data
    assert (sound.dtype, sound.shape, sound.sample_rate, sound.channels) == ("int16", (960, 1), 48_000, 1)


async def test_a_request_carries_device_session_prompt_and_screenshot(
    client: VoiceClient, voice: ScriptedVoice
) -> None:
    """Everything that the caller gave reaches the server; nothing else is set."""
    session = str(uuid.uuid4())
    shot = Screenshot(data="UklGRg==", width=1440, height=900)
    _ = [event async for event in client.turn("what is this", session_id=session, screenshot=shot)]
    (request,) = voice.requests
    assert (request.hardware_id, request.session_id, request.prompt) == ("kitchen", session, "what is this")
    assert (request.screenshot, request.screen_width, request.screen_height) == ("UklGRg==", 1440, 900)
    assert request.phase == 0


async def test_without_a_screenshot_none_is_sent(client: VoiceClient, voice: ScriptedVoice) -> None:
    """The optional fields stay absent, not empty."""
    await heard(client, "hello")
    assert not voice.requests[0].HasField("screenshot")
    assert not voice.requests[0].HasField("screen_width")


async def test_every_turn_gets_a_session_id_of_its_own(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A caller that names no session gets a fresh UUID version 4 each time."""
    await heard(client, "one")
    await heard(client, "two")
    first, second = (uuid.UUID(request.session_id) for request in voice.requests)
    assert first != second
    assert first.version == second.version == 4


async def test_a_ten_megabyte_screenshot_fits(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A screenshot of 10 MiB passes unharmed."""
    shot = Screenshot(data="A" * 10 * 1024 * 1024)
    _ = [event async for event in client.turn("look", screenshot=shot)]
    assert len(voice.requests[0].screenshot) == len(shot.data)


async def test_a_large_piece_of_sound_is_received(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A message far above gRPC's usual 4 MiB is read."""
    big = steps.chunk(data=b"\x01\x00" * 4 * 1024 * 1024)
    voice.turn = lambda _request, _metadata: [steps.text("long"), steps.sound(big), steps.end()]
    sounds = [event for event in await heard(client, "long") if isinstance(event, Sound)]
    assert [len(sound.data) for sound in sounds] == [8 * 1024 * 1024]


async def test_what_follows_the_end_is_shown_too(client: VoiceClient, voice: ScriptedVoice) -> None:
    """The client hides no fault of the server: whoever checks a server sees all of it."""
    voice.turn = lambda _request, _metadata: [steps.text("a"), steps.end(), steps.end("again")]
    assert await heard(client, "x") == [Text(text="a"), End(text="TURN_COMPLETE"), End(text="again")]


async def test_a_kind_of_message_that_is_not_known_is_passed_over(client: VoiceClient, voice: ScriptedVoice) -> None:
    """A newer server's messages do no harm."""
    unknown = type(steps.end()).FromString(b"\xfa\x3e\x01x")
    voice.turn = lambda _request, _metadata: [steps.text("a"), unknown, steps.end()]
    assert await heard(client, "x") == [Text(text="a"), End(text="TURN_COMPLETE")]


async def test_leaving_an_answer_cancels_the_turn(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Closing the generator ends the call on the server, and the next turn works."""
    async with aclosing(client.turn("read the manual")) as events:
        async for event in events:
            if isinstance(event, Sound):
                break
    await voice.abandoned.wait()
    assert (await heard(client, "hello"))[-1] == End(text="TURN_COMPLETE")


async def test_the_metadata_goes_with_every_call(target: str, voice: ScriptedVoice) -> None:
    """Own metadata and the wish for action messages are sent with turns, interrupts, greetings and reports."""
    async with VoiceClient(target, hardware_id="d", actions_as_messages=True, metadata=[("nexy-resume", "10")]) as own:
        await heard(own, "hello")
        await own.interrupt()
        _ = [event async for event in own.welcome()]
        await own.report_usage(source="main_llm", input_tokens=1, output_tokens=2, model="m")
    assert len(voice.metadata) == 4
    assert all(sent["nexy-actions"] == "message" and sent["nexy-resume"] == "10" for sent in voice.metadata)


@pytest.mark.parametrize("as_messages", [False, True])
async def test_both_forms_of_an_action_become_the_same_event(target: str, as_messages: bool) -> None:
    """A caller need not care how the server sends a command; it sees the form in `event`."""
    session = str(uuid.uuid4())
    async with VoiceClient(target, hardware_id="d", actions_as_messages=as_messages) as own:
        events = await heard(own, "Open Safari please", session)
    action = events[-2]
    assert isinstance(action, Action)
    assert (action.command, action.args, action.session_id) == ("open_app", {"app_name": "Safari"}, session)
    assert action.event == ("" if as_messages else "mcp.command_request")
    assert not action.confirm


async def test_a_client_outside_its_block_says_so(target: str) -> None:
    """Forgetting `async with` is a plain error, not a hang."""
    with pytest.raises(RuntimeError, match="async with"):
        await VoiceClient(target, hardware_id="d").interrupt()


async def test_the_server_decides_about_an_empty_device(target: str) -> None:
    """The client sends what it was given, so that a server's refusals can be checked."""
    async with VoiceClient(target, hardware_id="") as nobody:
        with pytest.raises(CallFailed, match="hardware_id") as failed:
            await heard(nobody, "hello")
    assert failed.value.status == "INVALID_ARGUMENT"
