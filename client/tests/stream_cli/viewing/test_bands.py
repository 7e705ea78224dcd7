"""What a display bin covers, and how exactly a frequency may be told."""

import numpy as np
import pytest

from nexy_client.stream_cli.viewing.bands import Bands, rounded, with_tolerance
from nexy_client.stream_cli.viewing.peak import peak_of


def test_a_bin_reaches_half_way_to_its_neighbours() -> None:
    """A single one does not tell."""
    bands = Bands(centres=(46.9, 140.6, 234.4))
    assert np.round(bands.halves, 1).tolist() == [46.8, 46.9, 46.9]
    assert round(bands.width) == 94
    assert (Bands(centres=(5.0,)).width, Bands(centres=()).width) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("centres", "steady"),
    [((0.0, 1.0, 2.0), True), ((1.5, 5.5), True), ((1.0, 2.0), False), ((1.5, 3.5), False), ((0.0,), True)],
)
def test_the_bin_that_holds_0_hz_is_found(centres: tuple[float, ...], steady: bool) -> None:
    """Alone or pooled with its neighbours, and no other."""
    assert Bands(centres=centres).steady.tolist() == [steady, *[False] * (len(centres) - 1)]


@pytest.mark.parametrize(
    ("hertz", "half", "exact", "spoken"),
    [
        (961.3, 46.9, "961 ± 47", "960"),
        (62.988, 0.977, "62.99 ± 0.98", "63"),
        (20.31, 0.05, "20.310 ± 0.050", "20.3"),
        (12345.0, 300.0, "12345 ± 300", "12300"),
        (20.0, 0.0, "20", "20"),
    ],
)
def test_no_digit_is_told_that_the_bin_does_not_justify(hertz: float, half: float, exact: str, spoken: str) -> None:
    """On the screen with the tolerance, in a sentence rounded."""
    assert (with_tolerance(hertz, half), rounded(hertz, half)) == (exact, spoken)


@pytest.mark.parametrize("decibels", [False, True])
def test_dc_is_not_the_loudest_while_something_moves(decibels: bool) -> None:
    """An offset is no vibration; where there is nothing else it is told by its name."""
    bands, channels = Bands(centres=(0.0, 1.0)), np.array([4, 5], np.int32)
    values = np.array([[99.0, 2.0], [50.0, 3.0]], np.float32)
    peak = peak_of(values, channels, bands, decibels=decibels)
    assert (peak.channel, peak.hertz, peak.half, peak.steady) == (5, 1.0, 0.5, False)
    values[:, 1] = -np.inf if decibels else 0.0
    alone = peak_of(values, channels, bands, decibels=decibels)
    assert (alone.channel, alone.steady) == (4, True)
