"""The level does not jump as no fibre jumps."""

import numpy as np
import pytest
from client.tests.validation.examples import answer, frame_of, good, noise, only, played, told

from nexy_client.validation import Severity
from nexy_protocol.frame import Frame


def scaled(count: int, factor: float, first: int, last: int) -> list[Frame]:
    """A good stream, louder by `factor` from `first` to `last`."""
    return [
        frame_of(number, noise(number) * np.float32(factor if first <= number <= last else 1.0))
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("factor", [1.0, 1e-9, 1e9])
def test_any_level_is_good_as_long_as_it_lasts(factor: float) -> None:
    """1e-9 is no silence."""
    assert told(scaled(30, factor, 1, 30)) == set()


@pytest.mark.parametrize(("factor", "codes"), [(5e4, set()), (1e6, {"num_spikes"})])
def test_a_spike(factor: float, codes: set[str]) -> None:
    """One frame a hundred thousand times as loud as those before it; a footstep is not."""
    report = played(scaled(30, factor, 15, 15))
    assert {one.code for one in report.findings} == codes
    assert all(one.severity is Severity.WARNING and one.frame == 15 for one in report.findings)


@pytest.mark.parametrize(
    ("factor", "codes"), [(200.0, set()), (1000.0, {"amplitude_step"}), (0.001, {"amplitude_step"})]
)
def test_a_lasting_step(factor: float, codes: set[str]) -> None:
    """Such as another unit from frame 15 on; told once, where it began."""
    report = played(scaled(30, factor, 15, 30))
    assert {one.code for one in report.findings} == codes
    assert all(one.severity is Severity.WARNING and one.frame == 15 for one in report.findings)
    assert report.passed


def test_a_passing_train_is_no_step() -> None:
    """Four frames a thousand times as loud."""
    assert told(scaled(30, 1000.0, 15, 18)) == set()


def test_decibels_have_no_ratio() -> None:
    """From -120 to 0 dB is as good as any."""
    frames = [frame_of(n, noise(n) * np.float32(1e4 if n > 15 else 1.0)) for n in range(1, 31)]
    assert told(frames, of=answer(intensity_unit="dB re 1")) == set()
    assert "amplitude_step" in told(frames)


def test_a_zero_frame_is_no_level() -> None:
    """It is told as what it is, and not learnt from."""
    frames = good()
    frames[14] = frame_of(15, np.zeros((4, 8), np.float32))
    assert only(played(frames), "missing_padded_data").frame == 15
    assert told(frames) == {"missing_padded_data"}
