"""Silence around a sentence."""

from array import array
from collections.abc import Iterable

import pytest

from nexy.modules.audio_generation.trimming import SilenceTrimmer

RATE = 1000


def _pcm(samples: Iterable[int]) -> bytes:
    return array("h", samples).tobytes()


def _trimmed(samples: list[int], block: int, pause: float = 0.15) -> list[int]:
    trimmer = SilenceTrimmer(RATE, pause)
    blocks = [trimmer.feed(_pcm(samples[start : start + block])) for start in range(0, len(samples), block)]
    return array("h", b"".join(blocks) + trimmer.end()).tolist()


@pytest.mark.parametrize("block", [1, 7, 50, 1000])
@pytest.mark.parametrize("tail", [0, 40, 150, 900])
def test_the_pause_is_always_the_same(block: int, tail: int) -> None:
    """Whatever silence the engine adds, and however it arrives, a sentence ends with 150 ms of it."""
    sound = [0] * 80 + [500, -500] * 30 + [0] * tail
    trimmed = _trimmed(sound, block)
    last = max(index for index, sample in enumerate(trimmed) if sample)
    assert len(trimmed) - 1 - last == 150


@pytest.mark.parametrize("block", [1, 7, 50, 1000])
def test_leading_silence_is_gone(block: int) -> None:
    """The first sound comes within five milliseconds."""
    trimmed = _trimmed([0] * 300 + [500] * 10, block)
    assert trimmed.index(500) <= 5


def test_the_attack_is_kept() -> None:
    """A soft beginning just before the first loud sample is not cut off."""
    assert _trimmed([0] * 20 + [10, 20, 30] + [900] * 10, 100)[:6] == [0, 0, 10, 20, 30, 900]


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_silence_between_words_is_kept(block: int) -> None:
    """Pauses inside a sentence are part of it."""
    sound = [900] * 10 + [0] * 400 + [900] * 10
    assert _trimmed(sound, block)[: len(sound)] == sound


def test_a_fading_end_is_kept() -> None:
    """What is softer than the threshold after the last loud sample still fades out."""
    assert _trimmed([900, 60, 40, 20, 5, 0], 100)[:6] == [900, 60, 40, 20, 5, 0]


@pytest.mark.parametrize("sound", [[], [0] * 500, [30, -30] * 200])
def test_nothing_but_silence_gives_nothing(sound: list[int]) -> None:
    """A sentence without any sound has no pause either."""
    assert _trimmed(sound, 100) == []


def test_the_next_sentence_starts_afresh() -> None:
    """The state of one sentence never reaches the next."""
    trimmer = SilenceTrimmer(RATE, 0.01)
    first = trimmer.feed(_pcm([900] * 5)) + trimmer.end()
    silence = trimmer.feed(_pcm([0] * 100)) + trimmer.end()
    again = trimmer.feed(_pcm([900] * 5)) + trimmer.end()
    assert silence == b""
    assert again == first


def test_no_pause_when_none_is_wanted() -> None:
    """A pause of zero seconds ends the sentence with its last sound."""
    assert _trimmed([900, 900, 0, 0], 10, pause=0) == [900, 900]
