"""Interrupts, greetings, reports and health."""

import asyncio

import grpc
import pytest

from nexy_client import CallFailed, End, Health, Sound, VoiceClient, WelcomeInfo
from nexy_client.testing import steps
from nexy_client.testing.scripted_voice import ScriptedVoice, serve_scripted
from nexy_client.testing.steps import Finish


async def test_an_interrupt_ends_the_running_turn_and_names_it(client: VoiceClient) -> None:
    """The stream of the interrupted turn raises CANCELLED and the answer names its session."""
    begun = asyncio.Event()

    async def listen() -> None:
        async for event in client.turn("read the manual", session_id="5f0c1a86-0a43-4f6e-9d57-6ff1a6a9b2c1"):
            if isinstance(event, Sound):
                begun.set()

    async with asyncio.TaskGroup() as group:
        listening = group.create_task(asyncio.wait_for(_failure(listen), 10))
        await begun.wait()
        answer = await client.interrupt()
        while not answer.sessions:
            answer = await client.interrupt()
    assert answer.success
    assert answer.sessions == ("5f0c1a86-0a43-4f6e-9d57-6ff1a6a9b2c1",)
    assert listening.result().status == "CANCELLED"


async def _failure(work: "object") -> CallFailed:
    assert callable(work)
    with pytest.raises(CallFailed) as failed:
        await work()
    return failed.value


async def test_an_interrupt_with_nothing_running_succeeds_with_no_names(client: VoiceClient) -> None:
    """Asking for silence where there is silence is fine."""
    answer = await client.interrupt()
    assert (answer.success, answer.sessions) == (True, ())


async def test_a_refused_interrupt_is_an_answer(target: str) -> None:
    """An empty device gets success=False with the reason, not an exception."""
    async with VoiceClient(target, hardware_id="") as nobody:
        answer = await nobody.interrupt()
    assert not answer.success
    assert "hardware_id" in answer.message


async def test_a_greeting_begins_with_its_metadata(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Metadata, sound and end come in order, and what was asked reaches the server."""
    events = [event async for event in client.welcome("Hi!", "anna", "en", session_id="s")]
    info, sound, end = events
    assert isinstance(info, WelcomeInfo)
    assert isinstance(sound, Sound)
    assert info.duration_seconds == pytest.approx(sound.seconds)
    assert (info.method, info.sample_rate, info.channels, info.dtype) == ("server", 48_000, 1, "int16")
    assert end == End(text="WELCOME_COMPLETE")
    (asked,) = voice.greetings
    assert (asked.text, asked.voice, asked.language, asked.session_id) == ("Hi!", "anna", "en", "s")


async def test_a_greeting_without_an_end_is_a_failure(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Half a greeting is told from a whole one."""
    trailers = (("nexy-outcome", "truncated"),)
    voice.welcome = lambda _request: [steps.greeting_metadata(1.0), steps.greeting_sound(), Finish(trailers=trailers)]
    with pytest.raises(CallFailed) as failed:
        _ = [event async for event in client.welcome()]
    assert (failed.value.status, failed.value.outcome) == ("OK", "truncated")


async def test_a_refused_greeting_carries_the_server_s_words(client: VoiceClient, voice: ScriptedVoice) -> None:
    """The error_message of a greeting is kept with its status."""
    refusal = type(steps.greeting_end())(error_message="text: too long")
    voice.welcome = lambda _request: [refusal, Finish(status=grpc.StatusCode.INVALID_ARGUMENT, details="x")]
    with pytest.raises(CallFailed) as failed:
        _ = [event async for event in client.welcome("long")]
    assert (failed.value.status, failed.value.error_message) == ("INVALID_ARGUMENT", "text: too long")


async def test_a_greeting_left_midway_leaves_nothing(client: VoiceClient) -> None:
    """Closing the generator ends the call."""
    greeting = client.welcome("Hi!")
    assert isinstance(await anext(greeting), WelcomeInfo)
    await greeting.aclose()


async def test_a_usage_report_is_answered_with_its_receipt(client: VoiceClient, voice: ScriptedVoice) -> None:
    """Success and refusal both come back as the server says them."""
    stored = await client.report_usage(source="main_llm", input_tokens=3, output_tokens=4, model="m")
    assert (stored.success, stored.message) == (True, "")
    voice.usage_refusal = "no database"
    refused = await client.report_usage(source="main_llm", input_tokens=3, output_tokens=4, model="m")
    assert (refused.success, refused.message) == (False, "no database")


@pytest.mark.parametrize(("serving", "state"), [(True, Health.SERVING), (False, Health.NOT_SERVING)])
async def test_health_is_what_the_server_says(voice: ScriptedVoice, serving: bool, state: Health) -> None:
    """A server that drains is told from one that serves."""
    async with serve_scripted(voice, serving=serving) as target, VoiceClient(target, hardware_id="d") as client:
        await client.ready()
        assert await client.health() is state


async def test_the_health_of_an_unknown_service_is_not_found(client: VoiceClient) -> None:
    """Asking for a service that is not there raises NOT_FOUND."""
    with pytest.raises(CallFailed, match="NOT_FOUND"):
        await client.health("no.such.Service")


async def test_the_token_goes_with_every_call(target: str, voice: ScriptedVoice) -> None:
    """A paired device shows it as metadata; without one nothing of the kind is sent."""
    async with VoiceClient(target, hardware_id="kitchen", token="nexy_device_t") as paired:
        assert [event async for event in paired.turn("hello")]
    async with VoiceClient(target, hardware_id="kitchen") as unpaired:
        assert [event async for event in unpaired.turn("hello")]
    shown = [dict(sent).get("authorization") for sent in voice.metadata]
    assert shown == ["Bearer nexy_device_t", None]
