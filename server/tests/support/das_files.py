"""Recordings made for a test: written by DASCore, so that its reader meets a real file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 100.0
START_NS = 1_700_000_000_000_000_000


def ramp(first: int, samples: int, channels: int) -> NDArray[np.float32]:
    """[channel][sample]: 1000·channel + sample number; no two values alike while there are fewer than 1000 samples."""
    numbers = np.arange(first, first + samples, dtype=np.float32)
    return (np.arange(channels, dtype=np.float32)[:, None] * 1000 + numbers).astype(np.float32)


def write_das(path: Path, first: int = 0, samples: int = 50, channels: int = 3, rate: float = RATE) -> Path:
    """A file with samples [first, first + samples) of the ramp, at its time."""
    import dascore

    step_ns = round(1e9 / rate)
    begin = START_NS + first * step_ns
    times = (begin + np.arange(samples) * step_ns).astype("datetime64[ns]")
    coords = {"time": times, "distance": np.arange(channels) * 2.0}
    patch = dascore.Patch(data=ramp(first, samples, channels).T, coords=coords, dims=("time", "distance"))
    dascore.write(patch, path, "dasdae")
    return path
