"""The engine that costs nothing."""

from array import array
from itertools import pairwise

import pytest

from nexy.config.sections import SpeechConfig
from nexy.contracts.module import ModuleState
from nexy.contracts.speech import Speak
from support.speech import heard, loudness, pcm, running, seconds

RATES = (8000, 16_000, 22_050, 24_000, 44_100, 48_000)


def _settings(rate: int = 48_000, length: float = 1.0, chunk: float = 0.2) -> SpeechConfig:
    return SpeechConfig(engine="scripted", sample_rate=rate, scripted_seconds=length, chunk_seconds=chunk)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("length", [0.01, 0.5, 1.0, 1.234])
async def test_every_sentence_lasts_as_configured(rate: int, length: float) -> None:
    """The sound has the configured length to the frame, whatever the text."""
    async with running(_settings(rate, length)) as module:
        for text in ("Hi", "A much longer sentence than the other one."):
            events = await heard(module, Speak(text=text, first_of_turn=True))
            assert sum(event.frames for event in events) == round(rate * length)
            assert {event.sample_rate for event in events} == {rate}


@pytest.mark.parametrize("rate", RATES)
async def test_chunks_have_the_promised_sizes(rate: int) -> None:
    """The first chunk of a turn is short, the others hold 100–200 ms, none is empty."""
    async with running(_settings(rate)) as module:
        first = await heard(module, Speak(text="Hi", first_of_turn=True))
        later = await heard(module, Speak(text="Hi"))
    assert 0.02 <= first[0].frames / rate <= 0.04
    assert all(0.1 <= event.frames / rate <= 0.2 for event in [*first[1:-1], *later[:-1]])
    assert all(event.data for event in [*first, *later])


@pytest.mark.parametrize("chunk", [0.1, 0.137, 0.2])
async def test_the_tone_runs_through_the_chunks(chunk: float) -> None:
    """Joined, the chunks are one quiet tone without a step at the seams."""
    async with running(_settings(chunk=chunk)) as module:
        sound = pcm(await heard(module, Speak(text="Hi", first_of_turn=True)))
        assert sound == pcm(await heard(module, Speak(text="Hi")))
    samples = array("h", sound)
    assert 300 < loudness(sound) < 1000
    assert max(abs(one - other) for one, other in pairwise(samples)) < 80


async def test_chunks_are_handed_out_by_reference() -> None:
    """Two sentences get the very same objects: nothing is made while speaking."""
    async with running(_settings(length=3.0)) as module:
        one = await heard(module, Speak(text="one"))
        two = await heard(module, Speak(text="two"))
    assert [id(event) for event in one] == [id(event) for event in two]


async def test_a_long_sound_costs_no_memory() -> None:
    """Ten minutes of sound share the few chunks that differ."""
    async with running(_settings(length=600)) as module:
        events = await heard(module, Speak(text="one"))
    assert seconds(events) == pytest.approx(600)
    assert sum(len(event.data) for event in {id(event): event for event in events}.values()) < 100_000


@pytest.mark.parametrize("text", ["", "  ", "\n"])
async def test_a_blank_sentence_is_silent(text: str) -> None:
    """Where there is nothing to say there is no sound."""
    async with running(_settings()) as module:
        assert await heard(module, Speak(text=text)) == []


async def test_it_is_always_well() -> None:
    """The module runs, and says so without a reason."""
    async with running(_settings()) as module:
        status = module.status()
    assert (status.state, status.detail) == (ModuleState.RUNNING, "")
