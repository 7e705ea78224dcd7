"""Faults that only a command or a greeting shows."""

import json
from collections.abc import Awaitable, Callable

import pytest
import test_full_chain_client
import test_welcome_audio
from grpc import StatusCode
from operator_checks import Checks, Target

from nexy_client.testing import steps
from nexy_client.testing.good_answers import Metadata, good_turn, good_welcome, spoken
from nexy_client.testing.scripted_voice import ScriptedVoice
from nexy_client.testing.steps import Finish, Step
from nexy_protocol.streaming_pb2 import StreamRequest, StreamResponse, WelcomeRequest

Runner = Callable[[Callable[[Checks, Target], Awaitable[None]], Target], Awaitable[Checks]]


def failures(checks: Checks) -> str:
    """The failed lines in one text; the exit must agree."""
    assert checks.finish("good") == 1
    return "\n".join(outcome.line for outcome in checks.outcomes if outcome.result == "failed")


def envelope(payload: dict[str, object], *, event: str = "mcp.command_request", confirm: bool = False) -> Step:
    """An action chunk with these contents."""
    return steps.text("__MCP__" + json.dumps({"event": event, "payload": payload, "confirm": confirm}))


def with_action(make: Callable[[StreamRequest], list[Step]]) -> Callable[[StreamRequest, Metadata], list[Step]]:
    """Good answers, but the command is what `make` says."""

    def script(request: StreamRequest, metadata: Metadata) -> list[Step]:
        if "open" in request.prompt.lower() or "открой" in request.prompt.lower():
            return [*spoken("Opening."), *make(request), steps.end()]
        return good_turn(request, metadata)

    return script


def payload(request: StreamRequest, **other: object) -> dict[str, object]:
    """The right payload, with something else in it."""
    return {"session_id": request.session_id, "command": "open_app", "args": {"app_name": "Safari"}, **other}


ACTION_FAULTS: dict[str, tuple[Callable[[StreamRequest], list[Step]], str]] = {
    "none": (lambda request: [], "действие не пришло"),
    "two": (lambda request: [envelope(payload(request))] * 2, "больше одного действия"),
    "another command": (lambda request: [envelope(payload(request, command="close_app"))], "close_app"),
    "another application": (lambda request: [envelope(payload(request, args={"app_name": "Mail"}))], "Mail"),
    "the model's session": (lambda request: [envelope(payload(request, session_id="model"))], "session_id"),
    "text left in": (lambda request: [envelope(payload(request, text="Opening."))], "остался text"),
    "another event": (lambda request: [envelope(payload(request), event="command")], "event 'command'"),
    "confirmation": (lambda request: [envelope(payload(request), confirm=True)], "подтверждения"),
    "spoken JSON": (lambda request: [*spoken('{"command": "open_app"}'), envelope(payload(request))], "озвучки"),
    "not JSON": (lambda request: [steps.text("__MCP__{")], "not JSON"),
}


@pytest.mark.parametrize("fault", ACTION_FAULTS)
async def test_the_chain_sees_a_wrong_command(fault: str, run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """Every way to spoil a command makes the chain exit with 1 and name the fault."""
    make, words = ACTION_FAULTS[fault]
    voice.turn = with_action(make)
    assert words in failures(await run(test_full_chain_client.check, target))


async def test_the_chain_sees_a_server_that_ignores_the_wish_for_messages(
    run: Runner, voice: ScriptedVoice, target: Target
) -> None:
    """The text form is refused where the client asked for action_message."""
    voice.turn = lambda request, _metadata: good_turn(request, {})
    assert "event 'mcp.command_request' вместо ''" in failures(await run(test_full_chain_client.check, target))


async def test_the_chain_sees_an_action_that_nobody_asked_for(
    run: Runner, voice: ScriptedVoice, target: Target
) -> None:
    """A question about the time must not open an application."""
    voice.turn = lambda request, _metadata: [*spoken("Yes."), envelope(payload(request)), steps.end()]
    assert "никто не просил" in failures(await run(test_full_chain_client.check, target))


GreetingFault = Callable[[WelcomeRequest], list[Step]]
GREETING_FAULTS: dict[str, tuple[GreetingFault, str]] = {
    "no metadata": (lambda asked: good_welcome(asked)[1:], "metadata должны быть одни и первыми, получено 0"),
    "metadata late": (lambda asked: [good_welcome(asked)[i] for i in (1, 0, 2)], "metadata должны быть одни и первыми"),
    "metadata twice": (lambda asked: [good_welcome(asked)[0], *good_welcome(asked)], "получено 2"),
    "wrong duration": (lambda asked: [steps.greeting_metadata(9.0), *good_welcome(asked)[1:]], "duration_sec 9.000"),
    "another rate": (
        lambda asked: [steps.greeting_metadata(0.1, 16_000), steps.greeting_sound(steps.chunk(100)), _end()],
        "формат звука не тот",
    ),
    "no sound": (lambda asked: [steps.greeting_metadata(0.0), _end()], "нет audio_chunk"),
    "silence": (
        lambda asked: [steps.greeting_metadata(0.1), steps.greeting_sound(steps.chunk(data=bytes(9600))), _end()],
        "тишина",
    ),
    "no end": (lambda asked: good_welcome(asked)[:-1], "OK: the answer ended without its end_message"),
    "two ends": (lambda asked: [*good_welcome(asked), _end()], "end_message должен быть один"),
    "always the same text": (lambda asked: good_welcome(WelcomeRequest(text="Hi")), "Текст запроса"),
    "refused": (lambda asked: [Finish(status=StatusCode.UNAVAILABLE, details="no voice")], "UNAVAILABLE: no voice"),
}


def _end() -> Step:
    return steps.greeting_end()


@pytest.mark.parametrize("fault", GREETING_FAULTS)
async def test_the_welcome_check_sees_a_wrong_greeting(
    fault: str, run: Runner, voice: ScriptedVoice, target: Target
) -> None:
    """Every way to spoil a greeting makes the check exit with 1 and name the fault."""
    script, words = GREETING_FAULTS[fault]
    voice.welcome = script
    assert words in failures(await run(test_welcome_audio.check, target))


async def test_the_welcome_check_allows_ten_milliseconds(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """A duration that was rounded is true, one that is 20 ms off is not."""

    def off_by(seconds: float) -> GreetingFault:
        def script(asked: WelcomeRequest) -> list[Step]:
            metadata, *rest = good_welcome(asked)
            assert not isinstance(metadata, StreamResponse | Finish | steps.Hang)
            return [steps.greeting_metadata(metadata.metadata.duration_sec + seconds), *rest]

        return script

    voice.welcome = off_by(0.009)
    assert (await run(test_welcome_audio.check, target)).finish("good") == 0
    voice.welcome = off_by(0.02)
    assert "duration_sec" in failures(await run(test_welcome_audio.check, target))
