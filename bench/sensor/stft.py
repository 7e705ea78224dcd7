"""How fast spectra are computed: `python -m bench.sensor.stft [--rounds N] [--json]`.

Each way turns the same float32 noise into the same display bins on one core, in turns in every round; the figure is
the median of the rounds, in seconds of signal per second of processor time. Reading samples, sending rows and the
wire are not part of it. `ours` is what the server runs; `pyfftw` is ours with its transform exchanged, left out where
it is not installed; `ShortTimeFFT` is scipy's own class over the same
windows and nothing beyond them. That the ways agree is a test.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.signal import ShortTimeFFT

from nexy.modules.sensor_streams.spectra.bins import DisplayBins
from nexy.modules.sensor_streams.spectra.stft import Floats, Rfft, Spectrometer, hann, scipy_rfft

MUST, AIM = 35.0, 60.0
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A stream: channels x `rate_hz`, a spectrum of `nfft` every `hop` samples, shown in `bins`."""

    name: str
    channels: int
    nfft: int
    hop: int
    bins: int
    rows: int
    rate_hz: float = 1000.0

    @property
    def display(self) -> DisplayBins:
        """All bins from 0 to Nyquist in so many groups."""
        return DisplayBins(first=0, last=self.nfft // 2, count=self.bins)

    @property
    def signal_seconds(self) -> float:
        """How much signal the rows stand for."""
        return self.rows * self.hop / self.rate_hz

    @property
    def lead(self) -> int:
        """Samples before the first row, so that ShortTimeFFT, which counts in hops from a window's middle, hits it."""
        return -(self.nfft // 2) % self.hop

    def noise(self) -> Floats:
        """The samples that all rows need."""
        samples = self.lead + (self.rows - 1) * self.hop + self.nfft
        return np.random.default_rng(_SEED).standard_normal((self.channels, samples), dtype=np.float32)


LOADS = (
    Load(name="1000 ch, nfft 1024, hop 256, all bins", channels=1000, nfft=1024, hop=256, bins=513, rows=24),
    Load(name="1000 ch, nfft 1024, hop 256, 256 bins", channels=1000, nfft=1024, hop=256, bins=256, rows=24),
    Load(name="2222 ch, nfft 2048, 25.6 rows/s, 32 bins", channels=2222, nfft=2048, hop=39, bins=32, rows=8),
)
Way = Callable[[Load, Floats], Floats]


def ours(load: Load, samples: Floats, rfft: Rfft = scipy_rfft) -> Floats:
    """Row by row, as a computation does; the last row."""
    meter, row = Spectrometer(load.nfft, load.display, rfft), np.empty((load.channels, load.bins), np.float32)
    for first in range(load.lead, load.lead + load.rows * load.hop, load.hop):
        meter.row(samples[:, first : first + load.nfft], row)
    return row


def short_time_fft(load: Load, samples: Floats) -> Floats:
    """scipy's class over all channels and rows at once, then the same maximum of members; the last row."""
    window = hann(load.nfft).astype(np.float32)
    transform = ShortTimeFFT(window, load.hop, load.rate_hz, fft_mode="onesided2X", scale_to="magnitude")
    slices = transform.lower_border_end[1], transform.upper_border_begin(samples.shape[1])[1]
    spectra = np.abs(transform.stft(samples, p0=slices[0], p1=slices[1], axis=-1))
    starts = np.array(load.display.starts)
    reduced = np.maximum.reduceat(spectra, starts, axis=1)
    return reduced[:, :, -1].astype(np.float32)


class FftwRfft:
    """pyfftw with one planned transform for each size of chunk."""

    def __init__(self) -> None:
        import pyfftw

        self._pyfftw = pyfftw
        self._plans: dict[tuple[int, ...], Callable[[Floats], NDArray[np.complex64]]] = {}

    def __call__(self, windowed: Floats) -> NDArray[np.complex64]:
        """The spectra, [channel][nfft / 2 + 1]."""
        plan = self._plans.get(windowed.shape)
        if plan is None:
            empty = self._pyfftw.empty_aligned(windowed.shape, "float32")
            plan = self._plans[windowed.shape] = self._pyfftw.builders.rfft(
                empty, axis=-1, threads=1, planner_effort="FFTW_MEASURE", overwrite_input=True, auto_align_input=True
            )
        return plan(windowed)


def ways() -> dict[str, Way]:
    """Those that can be run here."""
    found: dict[str, Way] = {"ours": ours, "ShortTimeFFT": short_time_fft}
    with suppress(ImportError):
        found["pyfftw"] = partial(ours, rfft=FftwRfft())
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class StftFigure:
    """One way of one load: times real time on one core (median, least, most of the rounds)."""

    load: str
    way: str
    times_real_time: float
    least: float
    most: float


def measure(loads: Sequence[Load], rounds: int) -> list[StftFigure]:
    """Every way in every round, in turns, on one core; a first round only warms."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        return [figure for load in loads for figure in _measured(load, ways(), rounds)]
    finally:
        os.sched_setaffinity(0, cores)


def _measured(load: Load, found: dict[str, Way], rounds: int) -> list[StftFigure]:
    samples = load.noise()
    seen: dict[str, list[float]] = {name: [] for name in found}
    for number in range(rounds + 1):
        for name, way in found.items():
            began = time.process_time()
            way(load, samples)
            if number:
                seen[name].append(load.signal_seconds / (time.process_time() - began))
    return [
        StftFigure(load=load.name, way=name, times_real_time=statistics.median(each), least=min(each), most=max(each))
        for name, each in seen.items()
    ]


def table(figures: Sequence[StftFigure]) -> str:
    """For a terminal."""
    head = f"{'load':44}{'way':14}{'x real time':>12}{'least':>8}{'most':>8}"
    lines = [f"{one.load:44}{one.way:14}{one.times_real_time:12.1f}{one.least:8.1f}{one.most:8.1f}" for one in figures]
    return "\n".join([head, *lines])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(LOADS, options.rounds)
    print(json.dumps([asdict(one) for one in figures], indent=1) if options.json else table(figures))


if __name__ == "__main__":
    main()
