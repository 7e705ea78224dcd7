"""What a spoken answer must hold, whoever asked."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from nexy_client import Action, ClientEvent, End, Sound, Text, TurnTiming

T = TypeVar("T")
SAMPLE_RATES = (8000, 16_000, 22_050, 24_000, 44_100, 48_000)
# A server that still has nothing to say may sound a tone after 1.5 s; before that, sound without words is a fault.
TONE_AFTER_SECONDS = 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A whole answer: its events with the second at which each arrived, and the timing."""

    events: list[ClientEvent]
    arrived: list[float]
    timing: TurnTiming

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


async def hear(answer: AsyncGenerator[ClientEvent, None]) -> Heard:
    """Listen to the end; raises what the answer raises."""
    timing, began = TurnTiming(), time.perf_counter()
    heard = Heard(events=[], arrived=[], timing=timing)
    async with aclosing(timing.watch(answer)) as events:
        async for event in events:
            heard.events.append(event)
            heard.arrived.append(time.perf_counter() - began)
    return heard


def timing_line(heard: Heard) -> str:
    """What a person waited for."""
    waited = (heard.timing.first_word, heard.timing.first_sound, heard.timing.total)
    word, sound, total = ("—" if seconds is None else f"{seconds:.2f} с" for seconds in waited)
    return f"первое слово {word}, первый звук {sound}, всего {total}, звучит {heard.timing.sound_seconds:.2f} с"


def answer_problems(heard: Heard) -> list[str]:
    """Everything in which a spoken answer breaks the contract."""
    return [*_order_problems(heard), *_sentence_problems(heard), *sounds_problems(heard.of(Sound))]


def _order_problems(heard: Heard) -> list[str]:
    problems = []
    ends, actions = len(heard.of(End)), heard.of(Action)
    if ends != 1 or not isinstance(heard.events[-1], End):
        problems.append(f"end_message должен быть один и последним, получено {ends}")
    if len(actions) > 1:
        problems.append("больше одного действия")
    if actions:
        after = heard.events[heard.events.index(actions[0]) + 1 :]
        if any(isinstance(event, Text | Sound) for event in after):
            problems.append("текст или звук после действия")
    return problems


def _sentence_problems(heard: Heard) -> list[str]:
    problems = [] if heard.of(Text) else ["нет text_chunk"]
    if _sounded_too_early(heard):
        problems.append("audio_chunk раньше своего предложения")
    waiting = False
    for event in heard.events:
        if waiting and not isinstance(event, Sound):
            problems.append("предложение без звука")
        waiting = isinstance(event, Text) and any(letter.isalpha() for letter in event.text)
    return problems


def _sounded_too_early(heard: Heard) -> bool:
    first = next((at for at, event in enumerate(heard.events) if isinstance(event, Text | Sound)), None)
    return first is not None and isinstance(heard.events[first], Sound) and heard.arrived[first] < TONE_AFTER_SECONDS


def sounds_problems(sounds: Sequence[Sound]) -> list[str]:
    """What is wrong with the sound of one answer or greeting."""
    if not sounds:
        return ["нет audio_chunk"]
    problems = [problem for sound in sounds for problem in sound_problems(sound)]
    if len({(sound.sample_rate, sound.channels) for sound in sounds}) > 1:
        problems.append("формат звука меняется на ходу")
    if not any(sound.data.strip(b"\0") for sound in sounds):
        problems.append("в звуке одна тишина")
    return problems


def sound_problems(sound: Sound) -> list[str]:
    """What is wrong with one piece: its bytes against what is claimed about them."""
    wanted = (len(sound.data) // (2 * max(sound.channels, 1)), sound.channels)
    claims = [
        (bool(sound.data), "пустой audio_chunk"),
        (sound.dtype == "int16", f"dtype {sound.dtype!r} вместо int16"),
        (sound.channels == 1, f"каналов {sound.channels} вместо 1"),
        (sound.sample_rate in SAMPLE_RATES, f"частота {sound.sample_rate} не из разрешённых"),
        (sound.shape == wanted and sound.frames * 2 * sound.channels == len(sound.data), "shape не сходится с байтами"),
    ]
    return [problem for holds, problem in claims if not holds]
