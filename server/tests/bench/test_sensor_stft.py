"""The benchmark of the spectra compares what is equal."""

from dataclasses import replace

import numpy as np
import pytest
from bench.sensor.stft import LOADS, StftFigure, measure, table, ways

SMALL = replace(LOADS[1], name="small", channels=5, rows=3)


@pytest.mark.parametrize("load", [SMALL, replace(SMALL, bins=513), replace(LOADS[2], channels=3, rows=2)])
def test_every_way_gives_the_same_row(load: object) -> None:
    """Within float32's own precision; so nobody wins by computing less."""
    rows = [way(load, load.noise()) for way in ways().values()]  # type: ignore[attr-defined, arg-type]
    assert len(rows) >= 2
    for row in rows[1:]:
        assert np.abs(row - rows[0]).max() < 1e-6


def test_figures_are_told_for_each_way() -> None:
    """One line each, with its spread."""
    figures = measure([SMALL], 1)
    assert {figure.way for figure in figures} == set(ways())
    assert all(figure.least <= figure.times_real_time <= figure.most for figure in figures)
    told = table([StftFigure(load="small", way="ours", times_real_time=60.04, least=59.0, most=61.0)])
    assert told.splitlines()[-1].split() == ["small", "ours", "60.0", "59.0", "61.0"]
