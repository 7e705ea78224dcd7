"""Every intensity is a number that an amplitude can be."""

import math

import numpy as np
import pytest
from client.tests.validation.examples import answer, bent, frame_of, good, noise, only, played, run_of, told

from nexy_protocol.frame import Frame


def with_value(number: int, value: float, sensor: int = 2, bin_: int = 3) -> Frame:
    """One frame with one value; its extremes are those of the good frame."""
    values = noise(number)
    high, low = float(values.max()), float(values.min())
    values[sensor, bin_] = value
    return frame_of(number, values, current_max_amp=high, current_min_amp=low)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number(value: float) -> None:
    """Frame, channel and value; as text, so that JSON can hold it."""
    frames = good()
    frames[4] = with_value(5, value)
    report = played(frames)
    found = only(report, "not_finite")
    assert (found.frame, found.sensor, found.value) == (5, 12, str(np.float32(value)))
    assert {one.code for one in report.findings} <= {"not_finite", "negative_amplitude"}


def test_what_is_no_number_in_an_uneven_row() -> None:
    """A row that is no matrix is looked through piece by piece."""
    hole = np.full((1, 7), math.nan, np.float32)
    frames = bent(good(), 5, runs=(run_of(noise(5)[:3]), run_of(hole, 13)))
    assert only(played(frames), "not_finite").sensor == 13


@pytest.mark.parametrize(("value", "codes"), [(9e11, set()), (2e12, {"amplitude_implausible"})])
def test_absurd_amplitudes(value: float, codes: set[str]) -> None:
    """Beyond 1e12 of anything."""
    frames = [frame_of(n, np.minimum(noise(n), 1.0) * np.float32(value)) for n in range(1, 31)]
    assert told(frames) == codes
    assert "amplitude_implausible" not in told(frames, limits={"plausible_amplitude": 1e13})


def test_an_absurd_amplitude_names_its_channel() -> None:
    """With the largest value and the limit."""
    frames = good()
    frames[4] = with_value(5, 3e13)
    found = only(played(frames), "amplitude_implausible")
    assert (found.frame, found.sensor) == (5, 12)
    assert found.value == pytest.approx(3e13)
    assert found.expected == 1e12


def test_amplitudes_have_no_sign() -> None:
    """A few below zero have lost it; counted by frames."""
    frames = good()
    for number in (5, 9):
        frames[number - 1] = frame_of(number, noise(number) - np.float32(1.0))
    report = played(frames)
    found = only(report, "negative_amplitude")
    assert found.frame == 5
    assert found.value == pytest.approx(float(noise(5).min()) - 1)
    assert report.counts["negative_amplitude"] == 2


def test_decibels_have_one() -> None:
    """Where the answer says so, and where every frame is below zero."""
    below = [frame_of(n, noise(n) - np.float32(60)) for n in range(1, 31)]
    assert told(below) == set()
    assert told(below, of=answer(intensity_unit="dB")) == set()
    some = good()
    some[4] = frame_of(5, noise(5) - np.float32(1.0))
    assert told(some, of=answer(intensity_unit="dB re strain")) == set()
