"""What is demanded of a spoken answer."""

import pytest
from answer_checks import Heard, answer_problems, sound_problems

from nexy_client import Action, ClientEvent, End, Sound, Text, TurnTiming

SOUND = Sound(data=b"\x01\x00" * 960, sample_rate=48_000, shape=(960, 1))
WORDS = Text(text="One.")
ACTION = Action(command="open_app", args={}, session_id="s")
END = End(text="")


def heard(*events: ClientEvent, seconds: float = 0.1) -> Heard:
    """An answer whose events all arrived after so many seconds."""
    return Heard(events=list(events), arrived=[seconds] * len(events), timing=TurnTiming())


@pytest.mark.parametrize(
    "events",
    [
        (WORDS, SOUND, END),
        (WORDS, SOUND, SOUND, WORDS, SOUND, ACTION, END),
        (Text(text="— * —"), WORDS, SOUND, END),
    ],
)
def test_a_good_answer_has_no_problems(events: tuple[ClientEvent, ...]) -> None:
    """Sentences with sound, one action and one end pass; signs that nobody speaks need no sound."""
    assert answer_problems(heard(*events)) == []


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        ((), "нет text_chunk"),
        ((SOUND, WORDS, SOUND, END), "audio_chunk раньше своего предложения"),
        ((WORDS, WORDS, SOUND, END), "предложение без звука"),
        ((WORDS, SOUND, WORDS, END), "предложение без звука"),
        ((WORDS, ACTION, END), "предложение без звука"),
        ((WORDS, SOUND, ACTION, ACTION, END), "больше одного действия"),
        ((WORDS, SOUND, ACTION, WORDS, SOUND, END), "текст или звук после действия"),
        ((WORDS, SOUND, END, ACTION), "end_message должен быть один и последним, получено 1"),
        ((WORDS, SOUND, END, END), "end_message должен быть один и последним, получено 2"),
        ((WORDS, SOUND), "end_message должен быть один и последним, получено 0"),
    ],
)
def test_every_breach_of_order_is_named(events: tuple[ClientEvent, ...], problem: str) -> None:
    """Each fault in the order of an answer has its own words."""
    assert problem in answer_problems(heard(*events))


def test_a_tone_while_the_server_thinks_is_allowed() -> None:
    """After 1.5 s of silence a sound may come before the first words; right away it may not."""
    assert answer_problems(heard(SOUND, WORDS, SOUND, END, seconds=1.6)) == []
    assert answer_problems(heard(SOUND, WORDS, SOUND, END, seconds=1.0)) != []


@pytest.mark.parametrize(
    "sound",
    [
        Sound(data=b"\x01\x00" * 4, sample_rate=48_000, shape=()),
        Sound(data=b"\x01\x00" * 4, sample_rate=48_000, shape=(4,)),
        Sound(data=b"\x01\x00" * 4, sample_rate=48_000, shape=(1, 4)),
        Sound(data=b"\x01\x00" * 4, sample_rate=48_000, shape=(8, 1)),
        Sound(data=b"\x01\x00\x01", sample_rate=48_000, shape=(1, 1)),
    ],
)
def test_a_shape_that_does_not_fit_the_bytes_is_named(sound: Sound) -> None:
    """Shape is [frames, channels] of whole frames, nothing else."""
    assert "shape не сходится с байтами" in sound_problems(sound)


def test_zero_channels_are_a_problem_and_not_a_crash() -> None:
    """Nonsense from the server ends in words."""
    assert "каналов 0 вместо 1" in sound_problems(Sound(data=b"\0\0", sample_rate=0, channels=0))
