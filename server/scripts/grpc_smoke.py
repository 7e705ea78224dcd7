"""Smoke test of the voice port: connection, InterruptSession, StreamAudio.

Usage: python server/scripts/grpc_smoke.py [HOST PORT]
"""

import sys

from answer_checks import answer_problems, hear
from operator_checks import Checks, Target, connect, main

from nexy_client import Action, ClientEvent, End, Sound, Text

KINDS: dict[type[ClientEvent], str] = {Text: "text_chunk", Sound: "audio_chunk", Action: "action", End: "end_message"}
SUCCESS = "Все smoke-тесты прошли успешно"


async def check(checks: Checks, target: Target) -> None:
    """The critical path of the voice service, on one connection."""
    async with target.client() as client:
        if not await connect(checks, client):
            return
        checks.section("Тестирование InterruptSession...")
        answer = await client.interrupt()
        problems = [] if answer.success else [f"success=False, {answer.message}"]
        if answer.sessions:
            problems.append("названы сессии устройства, у которого их нет")
        checks.require(f"InterruptSession успешен: success={answer.success}", problems, about="InterruptSession")
        checks.section("Тестирование StreamAudio...")
        heard = await hear(client.turn("Hello"))
        for kind in dict.fromkeys(type(event) for event in heard.events if not isinstance(event, End)):
            checks.detail(f"Получен ответ: {KINDS[kind]}")
        line = f"StreamAudio успешен: получено {len(heard.events)} ответов"
        checks.require(line, answer_problems(heard), about="StreamAudio")


if __name__ == "__main__":
    sys.exit(main(check, __doc__, SUCCESS, sys.argv[1:]))
