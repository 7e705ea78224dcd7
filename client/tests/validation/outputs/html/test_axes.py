"""Axes, lines and bars."""

import math

import pytest

from nexy_client.validation.outputs.html.axes import Axis, axis, bars, chart, limit, line, number


@pytest.mark.parametrize(
    ("made", "ticks"),
    [
        (Axis(low=0, high=10, label="x"), [0, 2, 4, 6, 8, 10]),
        (Axis(low=0.1, high=1.1, label="x"), [0.2, 0.4, 0.6, 0.8, 1.0]),
        (Axis(low=0.001, high=1000, label="x", log=True), [0.001, 0.1, 10, 1000]),
        (Axis(low=80, high=250, label="x", log=True), [100, 200]),
    ],
)
def test_ticks_are_round(made: Axis, ticks: list[float]) -> None:
    """Few of them, between the ends; a short logarithmic axis gets 1, 2 and 5."""
    assert list(made.ticks()) == pytest.approx(ticks)


def test_places_are_shares_of_the_axis() -> None:
    """Linear or logarithmic, never beyond the ends."""
    assert Axis(low=0, high=4, label="").share(1) == 0.25
    assert Axis(low=1, high=100, label="", log=True).share(10) == 0.5
    assert Axis(low=1, high=100, label="", log=True).share(-5) == 0.0
    assert Axis(low=0, high=4, label="").share(9) == 1.0


def test_an_axis_shows_all_its_values() -> None:
    """With a little room; whatever they are."""
    made = axis([3.0, 5.0, math.nan], "x")
    assert made.low < 3 < 5 < made.high
    assert axis([2.0], "x", from_zero=True).low == 0
    assert axis([], "x").high > axis([], "x").low
    assert axis([0.0, 4.0], "x", log=True).low > 0
    assert axis([7.0, 7.0], "x").high > 7


def test_what_is_no_number_is_not_drawn() -> None:
    """A line of nothing is nothing; empty bars neither."""
    x = y = Axis(low=0, high=10, label="x")
    assert line(x, y, [(1, math.nan)], "first") == ""
    assert "nan" not in line(x, y, [(1, 2), (2, math.inf), (3, 4)], "first")
    assert bars(x, y, [0, 1, 2], [0, 5]).count("<rect") == 1


def test_words_are_text() -> None:
    """In labels, limits and names."""
    x = y = Axis(low=0, high=10, label="<x>")
    told = chart(x, y, limit(x, y, 5, "<limit>"), title='"A"', words="<b>")
    assert "&lt;x&gt;" in told
    assert "&lt;limit&gt;" in told
    assert 'aria-label="&quot;A&quot;. &lt;b&gt;"' in told
    assert number(0.00001) == "1e-5"


def test_a_narrow_logarithmic_axis_has_ticks_too() -> None:
    """Between 5.1 and 5.9 lies no 1, 2 or 5."""
    assert len(Axis(low=5.1, high=5.9, label="", log=True).ticks()) > 1


def test_whole_numbers_alone() -> None:
    """Channels have no fractions."""
    assert list(Axis(low=99.5, high=100.5, label="", whole=True).ticks()) == [100.0]
    assert all(tick == round(tick) for tick in Axis(low=0.5, high=12.5, label="", whole=True).ticks())
