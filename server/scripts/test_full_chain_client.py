"""The chain to the client: plain answers stay plain, commands arrive as commands, each under its session.

Usage: python server/scripts/test_full_chain_client.py [HOST PORT]
"""

import sys

from answer_checks import Heard, answer_problems, hear
from operator_checks import Checks, Target, connect, main

from nexy_client import Action, Text, new_session_id

SUCCESS = "Полная цепочка до клиента работает"
PLAIN = ("What time is it?", "Который час?")
# What is said, and what the application's name must begin with, whatever its ending.
COMMANDS = (("Open Safari please", ("Safari",)), ("Открой Телеграм", ("Telegram", "Телеграм")))
HINT = "действие не пришло (features.forward_assistant_actions включён?)"


async def check(checks: Checks, target: Target) -> None:
    """Plain text first, then the same commands in both forms of delivery."""
    async with target.client() as client:
        if not await connect(checks, client):
            return
        checks.section("Обычный текст → клиент...")
        for question in PLAIN:
            heard = await hear(client.turn(question))
            problems = [*answer_problems(heard), *speech_problems(heard)]
            problems += ["действие, о котором никто не просил"] if heard.of(Action) else []
            checks.require(f"Обычный ответ без действия: {question}", problems, about=question)
    for as_messages in (False, True):
        await check_commands(checks, target, as_messages)


async def check_commands(checks: Checks, target: Target, as_messages: bool) -> None:
    """Each command arrives once, validated, under the session that asked."""
    form = "action_message" if as_messages else "__MCP__"
    checks.section(f"JSON команда → клиент ({form})...")
    async with target.client(actions_as_messages=as_messages) as client:
        for words, names in COMMANDS:
            session = new_session_id()
            heard = await hear(client.turn(words, session_id=session))
            problems = [*answer_problems(heard), *speech_problems(heard)]
            problems += action_problems(heard.of(Action), session, names, as_messages)
            checks.require(f"Команда доставлена: {words}", problems, about=words)


def speech_problems(heard: Heard) -> list[str]:
    """No JSON and no prefix may be spoken or shown."""
    spoken = " ".join(text.text for text in heard.of(Text))
    leaked = [sign for sign in ('"command"', '"args"', "__MCP__", "{") if sign in spoken]
    return [f"в тексте для озвучки {', '.join(leaked)}"] if leaked else []


def action_problems(actions: list[Action], session: str, names: tuple[str, ...], as_messages: bool) -> list[str]:
    """What is wrong with the one action that was asked for."""
    if not actions:
        return [HINT]
    action = actions[0]
    app_name = str(action.args.get("app_name", ""))
    wanted_event = "" if as_messages else "mcp.command_request"
    claims = [
        (action.command == "open_app", f"команда {action.command!r} вместо open_app"),
        (app_name.lower().startswith(tuple(name.lower() for name in names)), f"app_name {app_name!r}"),
        (action.session_id == session, "session_id не тот, что в запросе"),
        (action.payload.get("session_id") == session, "session_id в JSON не тот, что в запросе"),
        (action.event == wanted_event, f"event {action.event!r} вместо {wanted_event!r}"),
        ("text" not in action.payload, "в команде остался text"),
        (not action.confirm, "open_app не должен просить подтверждения"),
    ]
    return [problem for holds, problem in claims if not holds]


if __name__ == "__main__":
    sys.exit(main(check, __doc__, SUCCESS, sys.argv[1:]))
