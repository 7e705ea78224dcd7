"""What a display bin covers: its half width, and whether 0 Hz lies in it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Bands:
    """The bins of a stream by their centres in Hz, ascending; neighbours abut."""

    centres: Sequence[float]

    @cached_property
    def halves(self) -> NDArray[np.float64]:
        """Half the width of each bin in Hz; 0 where a single bin does not tell."""
        if len(self.centres) < 2:
            return np.zeros(len(self.centres))
        return np.abs(np.gradient(np.asarray(self.centres, np.float64))) / 2

    @cached_property
    def steady(self) -> NDArray[np.bool_]:
        """Which bins hold 0 Hz: what they measure is an offset, no vibration."""
        centres = np.asarray(self.centres, np.float64)
        return np.asarray((centres - self.halves < 0.0) | (centres <= 0.0))

    @property
    def width(self) -> float:
        """The usual width of a bin in Hz; 0 where it is not known."""
        return 2 * float(np.median(self.halves)) if len(self.centres) else 0.0


def with_tolerance(hertz: float, half: float) -> str:
    """No digit that the bin does not justify: "961 ± 47"."""
    if half <= 0:
        return f"{hertz:.4g}"
    digits = max(0, 1 - math.floor(math.log10(half)))
    return f"{hertz:.{digits}f} ± {half:.{digits}f}"


def rounded(hertz: float, half: float) -> str:
    """To be spoken: "960" for 961 ± 47."""
    if half <= 0:
        return f"{hertz:.4g}"
    digits = -math.floor(math.log10(2 * half))
    return f"{round(hertz, digits):.{max(0, digits)}f}"
