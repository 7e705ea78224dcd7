"""Amplitudes as bytes in dB."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy_protocol.decibels import RANGE_DB, SILENCE_DB, to_amplitudes, to_decibels


def back(amplitudes: list[float]) -> np.ndarray:
    """There and back again."""
    quiet = to_decibels(np.array(amplitudes, np.float32))
    return to_amplitudes(np.frombuffer(quiet.data, np.uint8), quiet.scale, quiet.offset)


@given(st.lists(st.floats(2**-10, 2**10, width=32), min_size=1, max_size=50))
def test_what_lies_within_the_range_comes_back_within_half_a_step(amplitudes: list[float]) -> None:
    """A step is at most 96 dB / 255, so an amplitude is off by 2.2 % at most where all lie within 96 dB."""
    loudest = max(amplitudes)
    kept = [max(one, loudest * 10 ** (-RANGE_DB / 20)) for one in amplitudes]
    worst = 10 ** (RANGE_DB / 255 / 2 / 20) - 1
    assert np.abs(back(amplitudes) / np.array(kept) - 1).max() <= worst + 1e-3


def test_silence_has_a_level_of_its_own() -> None:
    """A row of zeros has no loudest point: every byte is 0, far below anything that sounds."""
    quiet = to_decibels(np.zeros((2, 3), np.float32))
    assert (quiet.scale, quiet.offset, quiet.data) == (0.0, SILENCE_DB, bytes(6))
    assert back([0.0, 0.0]).max() < 1e-19


def test_a_constant_row_keeps_its_value() -> None:
    """Without a spread the value itself is the offset."""
    assert back([2.5, 2.5, 2.5]) == pytest.approx([2.5, 2.5, 2.5], rel=1e-5)


def test_silence_beside_sound_lies_a_whole_range_below_it() -> None:
    """One dead sensor is as dark as the scale goes, not as bright as its quietest neighbour."""
    assert back([0.0, 1.0, 1.0]) == pytest.approx([10 ** (-RANGE_DB / 20), 1.0, 1.0], rel=1e-4)


def test_what_is_no_number_or_negative_is_dark() -> None:
    """Nothing undefined becomes a byte."""
    assert to_decibels(np.array([np.nan, 1.0, -3.0], np.float32)).data == bytes([0, 255, 0])


def test_an_infinite_amplitude_is_refused() -> None:
    """It would make every other value dark."""
    with pytest.raises(ValueError, match="infinite"):
        to_decibels(np.array([np.inf, 1.0], np.float32))


def test_nothing_gives_nothing() -> None:
    """A row without sensors has no bytes."""
    assert to_decibels(np.empty((0, 5), np.float32)).data == b""
