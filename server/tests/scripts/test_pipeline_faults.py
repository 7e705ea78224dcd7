"""Faults that only the whole pipeline shows: speech buffers, refusals, interrupts."""

from collections.abc import Awaitable, Callable

import test_full_pipeline_e2e
from grpc import StatusCode
from operator_checks import Checks, Target

from nexy_client.testing import steps
from nexy_client.testing.good_answers import Metadata, good_turn, spoken
from nexy_client.testing.scripted_voice import Context, ScriptedVoice, serve_scripted
from nexy_client.testing.steps import Hang, Step
from nexy_protocol.streaming_pb2 import InterruptRequest, InterruptResponse, StreamRequest, StreamResponse

Runner = Callable[[Callable[[Checks, Target], Awaitable[None]], Target], Awaitable[Checks]]
check = test_full_pipeline_e2e.check


def failures(checks: Checks) -> str:
    """The failed lines in one text; the exit must agree."""
    assert checks.finish("good") == 1
    return "\n".join(outcome.line for outcome in checks.outcomes if outcome.result == "failed")


async def test_a_server_that_does_not_serve_fails(run: Runner) -> None:
    """NOT_SERVING is seen although calls still work."""
    async with serve_scripted(ScriptedVoice(), serving=False) as address:
        checks = await run(check, Target(host="127.0.0.1", port=int(address.split(":")[1]), timeout=20))
    assert failures(checks) == "grpc.health.v1: NOT_SERVING"


async def test_a_collect_that_is_not_acknowledged_fails(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """Another word than COLLECT_ACCEPTED breaks the contract."""
    voice.collect_answer = steps.end("OK")
    assert "acknowledgement" in failures(await run(check, target))


async def test_a_buffer_that_is_used_twice_fails(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """A second COMMIT that is answered again is seen."""

    def forgiving(request: StreamRequest, metadata: Metadata) -> list[Step]:
        if request.phase == 2 and not request.prompt:
            request.prompt = "What can you do?"
        return good_turn(request, metadata)

    voice.turn = forgiving
    assert "второй COMMIT" in failures(await run(check, target))


async def test_a_server_that_takes_anything_fails(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """Bad ids and blank prompts that are answered are each named."""

    def careless(request: StreamRequest, metadata: Metadata) -> list[Step]:
        if "manual" in request.prompt:
            return good_turn(request, metadata)
        return [*spoken("As you like."), steps.end()]

    voice.turn = careless
    found = failures(await run(check, target))
    assert [name for name in ("prompt", "session_id", "hardware_id") if f"{name}: запрос принят" in found] == [
        "prompt",
        "session_id",
        "hardware_id",
    ]


async def test_a_refusal_with_the_wrong_words_fails(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """The status, the field's name and the absence of data are all demanded."""

    def blunt(request: StreamRequest, metadata: Metadata) -> list[Step]:
        script = good_turn(request, metadata)
        if isinstance(script[0], StreamResponse) and script[0].error_message:
            return [steps.text("Hm."), *steps.refused("request", "bad", StatusCode.INTERNAL)]
        return script

    voice.turn = blunt
    found = failures(await run(check, target))
    assert "prompt: статус INTERNAL; error_message не называет поле; до отказа пришли данные" in found


async def test_an_interrupt_that_stops_nothing_fails(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """A turn that is named as interrupted and goes on to its end is seen."""

    class Boasting(ScriptedVoice):
        async def InterruptSession(  # noqa: N802
            self, request: InterruptRequest, context: Context
        ) -> InterruptResponse:
            running = [asked.session_id for asked in self.requests if "manual" in asked.prompt]
            return InterruptResponse(success=True, interrupted_sessions=running)

    boasting = Boasting(lambda request, metadata: [step for step in good_turn(request, metadata) if step != Hang()])
    boasting.turn = _ended(boasting)
    async with serve_scripted(boasting) as address:
        checks = await run(check, Target(host="127.0.0.1", port=int(address.split(":")[1]), timeout=20))
    assert "поток завершён со статусом OK" in failures(checks)


def _ended(voice: ScriptedVoice) -> Callable[[StreamRequest, Metadata], list[Step]]:
    """Good answers in which nothing hangs: the long one just ends."""

    def script(request: StreamRequest, metadata: Metadata) -> list[Step]:
        good = good_turn(request, metadata)
        return [steps.end() if isinstance(step, Hang) else step for step in good]

    return script


async def test_an_answer_that_is_over_too_soon_is_a_warning(run: Runner, voice: ScriptedVoice, target: Target) -> None:
    """Where there was nothing to interrupt the operator is told, and the exit stays."""
    voice.turn = _ended(voice)
    checks = await run(check, target)
    assert [outcome.line for outcome in checks.outcomes if outcome.result == "warned"] == [
        "Ответ закончился раньше прерывания, прерывание не проверено"
    ]
    assert checks.finish("good") == 0


async def test_a_turn_that_names_the_wrong_session_fails(run: Runner) -> None:
    """An interrupt must name the session that it ended."""

    class Confused(ScriptedVoice):
        async def InterruptSession(  # noqa: N802
            self, request: InterruptRequest, context: Context
        ) -> InterruptResponse:
            answer = await super().InterruptSession(request, context)
            named = ["another" for _ in answer.interrupted_sessions]
            return InterruptResponse(success=True, interrupted_sessions=named)

    async with serve_scripted(Confused()) as address:
        checks = await run(check, Target(host="127.0.0.1", port=int(address.split(":")[1]), timeout=20))
    assert "названы сессии ['another']" in failures(checks)
