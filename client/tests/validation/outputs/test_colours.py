"""From amplitudes to colours."""

import numpy as np

from nexy_client.validation.outputs.colours import SPAN_DB, colour_table, levels, scale_of, shares


def test_colours_grow_brighter_all_the_way() -> None:
    """So that the picture can be read without telling colours apart."""
    brightness = colour_table().astype(float) @ np.array([0.2126, 0.7152, 0.0722])
    assert colour_table().shape == (256, 3)
    assert (np.diff(brightness) > -0.6).all()
    assert brightness[-1] > 200 > 40 > brightness[0]


def test_amplitudes_become_decibels_once() -> None:
    """What is dB already stays; what is no number is silent."""
    assert levels(np.array([1.0, 10.0]), decibels=False).tolist() == [0.0, 20.0]
    assert levels(np.array([-3.0, 5.0]), decibels=True).tolist() == [-3.0, 5.0]
    assert levels(np.array([np.nan, np.inf]), decibels=False).max() == levels(np.zeros(1), decibels=False)[0]


def test_the_scale_holds_the_loudest() -> None:
    """At most SPAN_DB below it, and never empty; silence has a scale too."""
    low, high = scale_of(np.linspace(-200, 10, 1000))
    assert high - low <= SPAN_DB
    assert 9 < high <= 10
    assert scale_of(np.full(9, 3.0)) == (2.0, 3.0)
    assert scale_of(levels(np.zeros(4), decibels=False)) == (-SPAN_DB, 0.0)


def test_shares_are_between_0_and_1() -> None:
    """Outside the scale they stay at its ends."""
    assert shares(np.array([-9.0, 0.0, 5.0, 99.0]), (0.0, 10.0)).tolist() == [0.0, 0.0, 0.5, 1.0]
