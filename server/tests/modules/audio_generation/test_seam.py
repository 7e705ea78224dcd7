"""Where a sentence that is spoken again goes on."""

import math
from array import array
from itertools import pairwise

import pytest

from nexy.modules.audio_generation.seam import Heard


def _tone(frames: int, phase: float = 0.0, loud: int = 12_000) -> bytes:
    return array("h", (round(loud * math.sin(0.02 * n + phase)) for n in range(frames))).tobytes()


def _largest_step(sound: bytes) -> int:
    samples = array("h", sound)
    return max(abs(after - before) for before, after in pairwise(samples))


def _given(heard: Heard, sound: bytes, size: int) -> bytes:
    return b"".join(heard.fresh(sound[start : start + size]) for start in range(0, len(sound), size))


def test_a_sentence_that_is_spoken_once_is_untouched() -> None:
    """Without a second order every chunk passes as it came."""
    heard = Heard(48_000)
    heard.again()
    sound = _tone(1000)
    assert _given(heard, sound, 300) == sound


@pytest.mark.parametrize("cut", [2, 300, 1000, 1998, 2000])
@pytest.mark.parametrize("size", [2, 300, 4000])
def test_the_same_sound_goes_on_without_a_trace(cut: int, size: int) -> None:
    """Wherever it stopped and however it is cut the second time, equal sound gives the whole, byte for byte."""
    heard = Heard(48_000)
    sound = _tone(1000)
    heard.again()
    first = _given(heard, sound[:cut], cut)
    heard.again()
    assert first + _given(heard, sound, size) == sound


def test_it_can_stop_again_and_again() -> None:
    """Each order brings a little more, also one that stops before it brings anything new."""
    heard = Heard(48_000)
    sound = _tone(1000)
    given = b""
    for end in (400, 100, 400, 1200, 2000):
        heard.again()
        given += _given(heard, sound[:end], 200)
    assert given == sound


@pytest.mark.parametrize("phase", [0.5, 1.5, math.pi, 4.7])
def test_the_seam_does_not_click(phase: float) -> None:
    """When the second telling differs, the step at the seam is no larger than those of the sound itself, and fades."""
    heard = Heard(48_000)
    heard.again()
    first = heard.fresh(_tone(600))
    heard.again()
    again = _tone(2000, phase)
    joined = first + _given(heard, again, 1000)
    assert len(joined) == len(again)
    assert _largest_step(joined) < 2 * _largest_step(again)
    assert joined[2 * (600 + 240) :] == again[2 * (600 + 240) :]


def test_eased_sound_stays_within_its_range() -> None:
    """The loudest sound on both sides of the seam does not wrap around."""
    heard = Heard(48_000)
    heard.again()
    heard.fresh(array("h", [32_767] * 10).tobytes())
    heard.again()
    quiet_then_loud = array("h", [-32_768] * 10 + [32_767] * 10).tobytes()
    assert min(array("h", heard.fresh(quiet_then_loud))) >= 0


def test_a_second_telling_that_is_shorter_adds_nothing() -> None:
    """When the replay ends before the point that was reached, there is nothing left to give."""
    heard = Heard(8000)
    heard.again()
    heard.fresh(_tone(500))
    heard.again()
    assert _given(heard, _tone(490), 200) == b""
