"""Check of the greeting: metadata, format and the true duration of its sound.

Usage: python server/scripts/test_welcome_audio.py [HOST PORT]
"""

import sys
from dataclasses import dataclass

from answer_checks import sounds_problems
from operator_checks import Checks, Target, connect, main

from nexy_client import End, Sound, VoiceClient, WelcomeEvent, WelcomeInfo

SUCCESS = "Welcome audio: все проверки пройдены"
TOLERANCE_SECONDS = 0.010


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What is asked for, and how the lines call it."""

    title: str
    text: str = ""
    language: str = ""


OWN = Greeting(title="приветствие сервера")
SHORT = Greeting(title="русский текст", text="Привет, я вас слушаю.", language="ru")
LONG = Greeting(
    title="английский текст",
    text="Hello! I am listening. Ask me anything you like, and I will answer as well and as briefly as I can.",
    language="en",
)


async def check(checks: Checks, target: Target) -> None:
    """The server's own greeting, then given texts; a longer text must sound longer."""
    async with target.client() as client:
        if not await connect(checks, client):
            return
        await greet(checks, client, OWN)
        short = await greet(checks, client, SHORT)
        long = await greet(checks, client, LONG)
        problems = [] if 0 < short < long else [f"{short:.2f} с и {long:.2f} с"]
        checks.require("Текст запроса озвучен: длинный звучит дольше короткого", problems, about="Текст запроса")


async def greet(checks: Checks, client: VoiceClient, greeting: Greeting) -> float:
    """Check one greeting; how many seconds of sound came."""
    checks.section(f"Тестирование GenerateWelcomeAudio: {greeting.title}...")
    events = [event async for event in client.welcome(greeting.text, language=greeting.language)]
    infos = [event for event in events if isinstance(event, WelcomeInfo)]
    sounds = [event for event in events if isinstance(event, Sound)]
    seconds = sum(sound.seconds for sound in sounds)
    if infos:
        info = infos[0]
        told = f"method={info.method}, sample_rate={info.sample_rate}, channels={info.channels}, dtype={info.dtype}"
        checks.detail(f"Метаданные: {told}, duration_sec={info.duration_seconds:.3f}")
    checks.require(
        f"Аудио получено: {len(sounds)} фрагментов, {seconds:.2f} с", greeting_problems(events), about=greeting.title
    )
    return seconds


def greeting_problems(events: list[WelcomeEvent]) -> list[str]:
    """Everything in which a greeting breaks the contract."""
    sounds = [event for event in events if isinstance(event, Sound)]
    problems = sounds_problems(sounds)
    infos = [event for event in events if isinstance(event, WelcomeInfo)]
    if len(infos) != 1 or not isinstance(events[0], WelcomeInfo):
        problems.append(f"metadata должны быть одни и первыми, получено {len(infos)}")
    if sum(isinstance(event, End) for event in events) != 1 or not isinstance(events[-1], End):
        problems.append("end_message должен быть один и последним")
    return problems + [problem for info in infos for problem in info_problems(info, sounds)]


def info_problems(info: WelcomeInfo, sounds: list[Sound]) -> list[str]:
    """What the metadata promise and the sound does not keep."""
    problems = []
    seconds = sum(sound.seconds for sound in sounds)
    if abs(info.duration_seconds - seconds) > TOLERANCE_SECONDS:
        problems.append(f"duration_sec {info.duration_seconds:.3f}, а звука {seconds:.3f} с")
    formats = {(sound.sample_rate, sound.channels, sound.dtype) for sound in sounds}
    if formats - {(info.sample_rate, info.channels, info.dtype)}:
        problems.append("формат звука не тот, что в metadata")
    if not info.method:
        problems.append("metadata без method")
    return problems


if __name__ == "__main__":
    sys.exit(main(check, __doc__, SUCCESS, sys.argv[1:]))
