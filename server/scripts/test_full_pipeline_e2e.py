"""The whole pipeline from question to sound: answers, collected speech, refusals, interrupts.

Usage: python server/scripts/test_full_pipeline_e2e.py [HOST PORT]
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from answer_checks import answer_problems, hear, timing_line
from operator_checks import Checks, Target, connect, main

from nexy_client import CallFailed, ClientEvent, Health, Interrupted, VoiceClient, new_session_id

SUCCESS = "Полный пайплайн работает"
QUESTIONS = ("Что ты умеешь?", "What can you do?")
LONG_REQUEST = "Read your manual aloud"
SILENCE_SECONDS = 1.0
# What is refused, and the field that the refusal must name: hardware_id (None: a good one), session_id, prompt.
REFUSALS: tuple[tuple[str, str | None, str | None, str], ...] = (
    ("prompt", None, None, "   "),
    ("session_id", None, "not-a-uuid", "Hello"),
    ("hardware_id", "unknown", None, "Hello"),
)


async def check(checks: Checks, target: Target) -> None:
    """Every stage in the order in which a device meets it."""
    async with target.client() as client:
        if not await connect(checks, client):
            return
        state = await client.health()
        checks.require("grpc.health.v1: SERVING", [] if state is Health.SERVING else [state], about="grpc.health.v1")
        for question in QUESTIONS:
            await check_answer(checks, client, question)
        await check_collected_speech(checks, client)
        await check_interrupt(checks, client)
    await check_refusals(checks, target)


async def check_answer(checks: Checks, client: VoiceClient, question: str) -> None:
    """A question gets sentences with their sound and one end."""
    checks.section(f"Запрос → текст → аудио: {question}")
    heard = await hear(client.turn(question))
    checks.detail(timing_line(heard))
    checks.require(f"Ответ целиком: {len(heard.events)} сообщений", answer_problems(heard), about="Ответ")


async def check_collected_speech(checks: Checks, client: VoiceClient) -> None:
    """Speech handed over in pieces is one question, and its buffer is used once."""
    checks.section("COLLECT и COMMIT на одном потоке...")
    async with client.conversation() as talk:
        await talk.collect("What can you", seq=1)
        heard = await hear(talk.commit("do?"))
        checks.detail(timing_line(heard))
        problems = answer_problems(heard)
        again = await refusal_of(talk.commit())
    if again is None or again.status != "INVALID_ARGUMENT":
        problems.append("второй COMMIT не отклонён как пустой")
    checks.require("COLLECT принят, COMMIT отвечен", problems, about="COLLECT/COMMIT")


async def check_refusals(checks: Checks, target: Target) -> None:
    """A bad request gets one error_message that names its field, INVALID_ARGUMENT and no data."""
    checks.section("Отказы...")
    for name, hardware_id, session_id, prompt in REFUSALS:
        async with target.client(hardware_id=hardware_id) as client:
            before: list[ClientEvent] = []
            refusal = await refusal_of(client.turn(prompt, session_id=session_id), before)
        checks.require(f"Отказ по {name}: INVALID_ARGUMENT", refusal_problems(refusal, before, name), about=name)


def refusal_problems(refusal: CallFailed | None, before: list[ClientEvent], name: str) -> list[str]:
    """What is wrong with the refusal of a bad `name`."""
    if refusal is None:
        return ["запрос принят"]
    problems = [] if refusal.status == "INVALID_ARGUMENT" else [f"статус {refusal.status}"]
    if name not in refusal.error_message:
        problems.append("error_message не называет поле")
    return [*problems, "до отказа пришли данные"] if before else problems


async def refusal_of(
    answer: AsyncGenerator[ClientEvent, None], before: list[ClientEvent] | None = None
) -> CallFailed | None:
    """The failure that ends the answer; `before` receives what came first."""
    try:
        async with aclosing(answer) as events:
            async for event in events:
                if before is not None:
                    before.append(event)
    except CallFailed as failed:
        return failed
    return None


async def check_interrupt(checks: Checks, client: VoiceClient) -> None:
    """A running answer ends with CANCELLED, the interrupt names it, and the next request works at once."""
    checks.section("InterruptSession во время ответа...")
    session, begun = new_session_id(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(listen(client, session, begun))
        await begun.wait()
        asked = time.perf_counter()
        answer = await interrupt(client, listening)
        failed = await listening
    waited = time.perf_counter() - asked
    if failed is None and not answer.sessions:
        checks.warn("Ответ закончился раньше прерывания, прерывание не проверено")
        return
    problems = [] if answer.sessions == (session,) else [f"названы сессии {list(answer.sessions)}"]
    if failed is None or failed.status != "CANCELLED":
        problems.append(f"поток завершён со статусом {failed.status if failed else 'OK'}")
    if waited > SILENCE_SECONDS:
        problems.append(f"тишина только через {waited:.2f} с")
    checks.detail(f"тишина через {waited * 1000:.0f} мс")
    problems += answer_problems(await hear(client.turn("Hello")))
    checks.require("Ответ прерван, следующий запрос работает", problems, about="InterruptSession")


async def listen(client: VoiceClient, session: str, begun: asyncio.Event) -> CallFailed | None:
    """Hear a long answer; sets `begun` with its first event, or when there will be none."""
    try:
        async with aclosing(client.turn(LONG_REQUEST, session_id=session)) as events:
            async for _event in events:
                begun.set()
    except CallFailed as failed:
        return failed
    finally:
        begun.set()
    return None


async def interrupt(client: VoiceClient, listening: "asyncio.Task[CallFailed | None]") -> Interrupted:
    """Ask for silence until something was running or nothing can be."""
    answer = await client.interrupt()
    for _ in range(20):
        if answer.sessions or listening.done():
            break
        await asyncio.sleep(0.05)
        answer = await client.interrupt()
    return answer


if __name__ == "__main__":
    sys.exit(main(check, __doc__, SUCCESS, sys.argv[1:]))
