"""The extremes of a frame are exact."""

import math
from dataclasses import replace

import numpy as np
import pytest
from client.tests.validation.examples import bent, frame_of, good, noise, only, played, quantised, told


def test_true_extremes_are_good() -> None:
    """Of every frame."""
    assert told(good()) == set()


@pytest.mark.parametrize("off", [1e-7, -1e-7])
def test_a_rounding_of_float32_is_no_lie(off: float) -> None:
    """A server may keep the extremes in double and the values in float."""
    frame = frame_of(5)
    high, low = frame.current_max_amp * (1 + off), frame.current_min_amp * (1 - off)
    assert told(bent(good(), 5, current_max_amp=high, current_min_amp=low)) == set()


@pytest.mark.parametrize(
    ("field", "factor", "code"),
    [
        ("current_max_amp", 1.001, "sample_max"),
        ("current_max_amp", 0.5, "sample_max"),
        ("current_max_amp", math.nan, "sample_max"),
        ("current_min_amp", 0.999, "sample_min"),
        ("current_min_amp", 0.0, "sample_min"),
        ("current_min_amp", -math.inf, "sample_min"),
    ],
)
def test_a_false_extreme_is_told(field: str, factor: float, code: str) -> None:
    """Which of the two, in which frame, what it says and what is true."""
    frame = frame_of(5)
    said = getattr(frame, field) * factor
    found = only(played(bent(good(), 5, **{field: said})), code)
    assert found.frame == 5
    assert found.expected == getattr(frame, field)
    assert found.value == said or math.isnan(said)


def test_swapped_extremes_are_one_finding() -> None:
    """Not two about numbers."""
    frame = frame_of(5)
    swapped = {"current_max_amp": frame.current_min_amp, "current_min_amp": frame.current_max_amp}
    assert told(bent(good(), 5, **swapped)) == {"extremes_swapped"}


def test_a_frame_that_holds_no_number_has_no_extremes() -> None:
    """That is told as what it is."""
    values = noise(5)
    values[0, 0] = math.nan
    assert told(bent(good(), 5, values=values, current_max_amp=2.0, current_min_amp=0.5)) == {"not_finite"}


@pytest.mark.parametrize(("decibels", "codes"), [(0.2, set()), (-0.2, set()), (0.8, {"sample_max"})])
def test_bytes_are_as_exact_as_their_step(decibels: float, codes: set[str]) -> None:
    """Half a decibel either way."""
    frame = quantised(frame_of(5))
    said = replace(frame, current_max_amp=frame.current_max_amp * 10 ** (decibels / 20))
    frames = [quantised(one) for one in good()]
    frames[4] = said
    assert told(frames) == codes


def test_what_is_quieter_than_bytes_reach_has_no_exact_least() -> None:
    """Zero was sent as the floor of the scale, 96 dB below the loudest."""
    values = noise(5)
    values[1] = 0.0
    values[1] = np.float32(values.max() * 10 ** (-96 / 20))
    frames = [quantised(one) for one in good()]
    frames[4] = quantised(frame_of(5, values, current_min_amp=0.0))
    assert told(frames) == set()
    frames[4] = quantised(frame_of(5, values, current_max_amp=0.0))
    assert told(frames) == {"sample_max"}
