"""The checks of the voice port, against a good server and against planted faults."""

from collections.abc import Awaitable, Callable

import grpc_smoke
import pytest
import test_full_chain_client
import test_full_pipeline_e2e
import test_welcome_audio
from operator_checks import Checks, Target

from nexy_client.testing.scripted_voice import Context, ScriptedVoice, serve_scripted
from nexy_protocol.streaming_pb2 import InterruptRequest, InterruptResponse
from support.planted_faults import ANSWER_FAULTS, bent

Runner = Callable[[Callable[[Checks, Target], Awaitable[None]], Target], Awaitable[Checks]]
PROGRAMS = {
    "smoke": grpc_smoke.check,
    "pipeline": test_full_pipeline_e2e.check,
    "chain": test_full_chain_client.check,
    "welcome": test_welcome_audio.check,
}


def failures(checks: Checks) -> str:
    """The failed lines in one text."""
    return "\n".join(outcome.line for outcome in checks.outcomes if outcome.result == "failed")


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_good_server_passes(program: str, run: Runner, target: Target) -> None:
    """A server that keeps the contract passes every required check without a warning."""
    checks = await run(PROGRAMS[program], target)
    assert [outcome for outcome in checks.outcomes if outcome.result != "passed"] == []
    assert checks.finish("good") == 0


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_server_that_is_not_there_fails(program: str, run: Runner) -> None:
    """Without a connection the check says so and exits with 1."""
    checks = await run(PROGRAMS[program], Target(host="127.0.0.1", port=1, timeout=0.2))
    assert failures(checks) == "Подключение к 127.0.0.1:1: не установлено"
    assert checks.finish("good") == 1


@pytest.mark.parametrize("fault", ANSWER_FAULTS)
async def test_the_smoke_test_sees_a_planted_fault(
    fault: str, run: Runner, voice: ScriptedVoice, target: Target
) -> None:
    """Every way to break an answer makes the smoke test exit with 1 and name the fault."""
    bend, words = ANSWER_FAULTS[fault]
    voice.turn = bent(bend)
    hurried = Target(host=target.host, port=target.port, timeout=1 if fault == "hangs" else 20)
    checks = await run(grpc_smoke.check, hurried)
    assert words in failures(checks)
    assert checks.finish("good") == 1


@pytest.mark.parametrize("program", ["pipeline", "chain"])
@pytest.mark.parametrize("fault", ["no sound", "two ends", "sound first", "wrong shape", "truncated"])
async def test_the_longer_checks_see_the_same_faults(
    program: str, fault: str, run: Runner, voice: ScriptedVoice, target: Target
) -> None:
    """The end-to-end checks demand no less of an answer than the smoke test."""
    bend, words = ANSWER_FAULTS[fault]
    voice.turn = bent(bend)
    checks = await run(PROGRAMS[program], target)
    assert words in failures(checks)
    assert checks.finish("good") == 1


class Deaf(ScriptedVoice):
    """Answers every interrupt with something that was made up."""

    answer = InterruptResponse(success=False, message="not today")

    async def InterruptSession(self, request: InterruptRequest, context: Context) -> InterruptResponse:  # noqa: N802
        return self.answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (InterruptResponse(success=False, message="not today"), "success=False, not today"),
        (InterruptResponse(success=True, interrupted_sessions=["somebody"]), "названы сессии устройства"),
    ],
)
async def test_the_smoke_test_sees_a_wrong_interrupt(run: Runner, answer: InterruptResponse, words: str) -> None:
    """A refused interrupt, or one that names sessions of others, fails."""
    voice = Deaf()
    voice.answer = answer
    async with serve_scripted(voice) as address:
        checks = await run(grpc_smoke.check, Target(host="127.0.0.1", port=int(address.split(":")[1]), timeout=20))
    assert words in failures(checks)
    assert checks.finish("good") == 1


async def test_the_smoke_test_prints_the_documented_lines(
    run: Runner, voice: ScriptedVoice, target: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that answers in three messages gives exactly the documents' output."""
    voice.turn = bent(lambda script: [script[0], script[1], script[-1]])
    checks = await run(grpc_smoke.check, target)
    checks.finish(grpc_smoke.SUCCESS)
    assert capsys.readouterr().out.splitlines() == [
        f"✅ Подключение к {target.address} установлено",
        "🧪 Тестирование InterruptSession...",
        "✅ InterruptSession успешен: success=True",
        "🧪 Тестирование StreamAudio...",
        "   → Получен ответ: text_chunk",
        "   → Получен ответ: audio_chunk",
        "✅ StreamAudio успешен: получено 3 ответов",
        "✅ Все smoke-тесты прошли успешно",
    ]
