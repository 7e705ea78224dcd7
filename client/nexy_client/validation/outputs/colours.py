"""From amplitudes to colours: dark is quiet, bright is loud, and readable by the colour-blind."""

import numpy as np
from numpy.typing import NDArray

SPAN_DB = 50.0
# Lightness rises all the way; between these points it is straight.
_STOPS = np.array(
    [(8, 12, 34), (44, 24, 96), (112, 32, 124), (182, 52, 104), (236, 98, 66), (250, 168, 62), (252, 244, 170)], float
)
_SILENCE = 1e-30


def colour_table(steps: int = 256) -> NDArray[np.uint8]:
    """[step][red, green, blue] from quiet to loud."""
    places = np.linspace(0, len(_STOPS) - 1, steps)
    channels = [np.interp(places, np.arange(len(_STOPS)), _STOPS[:, one]) for one in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def levels(amplitudes: NDArray[np.floating], *, decibels: bool) -> NDArray[np.float64]:
    """In dB, whichever of the two the numbers are; what is no number is silent."""
    clean = np.nan_to_num(np.asarray(amplitudes, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return clean if decibels else 20 * np.log10(np.maximum(clean, _SILENCE))


def scale_of(told: NDArray[np.float64]) -> tuple[float, float]:
    """The quietest and the loudest level to show: the loudest, and at most SPAN_DB below it."""
    audible = told[told > 20 * np.log10(_SILENCE) + 1]
    if not len(audible):
        return -SPAN_DB, 0.0
    top = float(np.percentile(audible, 99.9))
    bottom = max(float(np.percentile(audible, 2)), top - SPAN_DB)
    return min(bottom, top - 1.0), top


def shares(told: NDArray[np.float64], scale: tuple[float, float]) -> NDArray[np.float64]:
    """0 for the quietest shown, 1 for the loudest."""
    bottom, top = scale
    return np.clip((told - bottom) / (top - bottom), 0.0, 1.0)
