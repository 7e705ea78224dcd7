"""What a person waited for."""

from collections.abc import AsyncGenerator

import pytest

from nexy_client import ClientEvent, End, Sound, Text, TurnTiming

HALF_SECOND = Sound(data=b"\x01\x00" * 24_000, sample_rate=48_000)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def answer(clock: Hands) -> AsyncGenerator[ClientEvent, None]:
    """A word after 1 s, sound after 3 s and 4 s, the end after 6 s."""
    script: list[tuple[float, ClientEvent]] = [
        (1, Text(text="one")),
        (3, HALF_SECOND),
        (3.5, Text(text="two")),
        (4, HALF_SECOND),
        (6, End(text="")),
    ]
    began = clock.now
    for seconds, event in script:
        clock.now = began + seconds
        yield event


async def test_the_first_word_the_first_sound_and_the_end_are_timed() -> None:
    """Each is counted from the moment the turn begins, and later ones do not move the first."""
    clock = Hands()
    timing = TurnTiming(clock)
    clock.now = 200.0
    events = [event async for event in timing.watch(answer(clock))]
    assert len(events) == 5
    assert (timing.first_word, timing.first_sound, timing.total) == (1, 3, 6)
    assert timing.sound_seconds == pytest.approx(1.0)


def test_what_has_not_come_has_no_time() -> None:
    """A turn without sound reports none, not zero."""
    timing = TurnTiming(Hands())
    timing.note(Text(text="hm"))
    assert timing.first_word == 0
    assert timing.first_sound is None
    assert timing.total is None


async def test_leaving_the_watch_closes_the_answer() -> None:
    """The watched generator is closed together with the watch."""
    clock = Hands()
    source = answer(clock)
    watch = TurnTiming(clock).watch(source)
    await anext(watch)
    await watch.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(source)
