"""Numbers with no more digits than they deserve."""

import pytest

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import PACKAGE
from nexy_client.validation.outputs.html_report import _PACKAGE as OUTPUTS
from nexy_client.validation.outputs.units import bin_words, counted, decibel_unit, half_width

WORDS = Catalogue(OUTPUTS, "en")


@pytest.mark.parametrize(
    ("frequencies", "place", "told"),
    [
        ((867.2, 960.9, 1054.7), 1, "961 Hz ± 47"),
        ((0.0, 0.5, 1.0), 0, "DC (0 to 0.25 Hz)"),
        ((0.09766, 0.29297), 0, "0.098 Hz ± 0.098"),
        ((0.09766, 0.29397), 0, "DC (0 to 0.196 Hz)"),
        ((10.0, 12.0), 1, "12.0 Hz ± 1.0"),
        ((16.0,), 0, "16 Hz"),
        ((0.0,), 0, "DC (0 to 0 Hz)"),
    ],
)
def test_a_bin_is_told_with_its_width(frequencies: tuple[float, ...], place: int, told: str) -> None:
    """No digit that the width does not justify; the one that holds 0 Hz is no vibration."""
    assert bin_words(frequencies, place, WORDS) == told


def test_the_width_is_that_of_both_sides() -> None:
    """Of uneven neighbours the mean; of one bin nothing."""
    assert half_width((1.0, 2.0, 5.0), 1) == 1.0
    assert half_width((7.0,), 0) == 0.0


@pytest.mark.parametrize(("unit", "told"), [("nm/m", "dB re 1 nm/m"), ("", "dB re 1"), ("dB re 1 rad", "dB re 1 rad")])
def test_a_level_names_its_reference(unit: str, told: str) -> None:
    """Unless the unit does it."""
    assert decibel_unit(unit, WORDS) == told


@pytest.mark.parametrize("package", [PACKAGE, OUTPUTS])
def test_one_is_singular(package: str) -> None:
    """In English; Russian avoids the question."""
    words = Catalogue(package, "en")
    assert (counted(words, "channels", 1), counted(words, "channels", 2)) == ("1 channel", "2 channels")
    assert counted(words, "errors", 1) == "1 kind of error"
    assert counted(Catalogue(package, "ru"), "frames", 1) == "кадров: 1"
