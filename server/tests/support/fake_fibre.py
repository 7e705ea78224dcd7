"""A sample source in memory, and orders for it."""

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nexy.contracts.errors import NexyError, ValidationFailed
from nexy.contracts.streams import SourceFacts, StreamOrder, ViewType
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder
from nexy.modules.sensor_streams.spectra.plan import PlanBounds, plan_job

START_NS = 1_700_000_000_000_000_000
START_S = 1_700_000_000.0
BOUNDS = PlanBounds(max_channels=2222, channels_per_stream=1024)


def facts(**other: object) -> SourceFacts:
    """A recording of 8 channels, 10 s at 1 kHz, but for what is given."""
    made = SourceFacts(
        name="well", kind="recording", live=False, sample_rate_hz=1000.0, lowest_channel=1, channels=8,
        samples=10_000, start_ns=START_NS, unit="strain/s", dtype="float32", distance_step_m=1.0, fiber_start_m=0.0,
    )  # fmt: skip
    return dataclasses.replace(made, **other)  # type: ignore[arg-type]


def order(**other: object) -> StreamOrder:
    """All 8 channels of the first 5 s, but for what is given."""
    made = StreamOrder(
        nfft=256, height=1000, first_channel=1, last_channel=8, start_s=START_S, end_s=START_S + 5.0,
        view=ViewType.MULTICHANNEL,
    )  # fmt: skip
    return dataclasses.replace(made, **other)  # type: ignore[arg-type]


def feed_order(source: SourceFacts | None = None, **other: object) -> FeedOrder:
    """What is computed for `order`."""
    source = source or facts()
    return plan_job(order(**other), source, source.samples or 10**9, BOUNDS).feeds[0]


def spec(name: str = "well", kind: str = "recording") -> SourceSpec:
    """A source of the configuration."""
    return SourceSpec(name=name, kind=kind, address="/fibre")


class MemorySource:
    """`SampleSource` of one array; live: what exists is up to the test, and all but the last `window` is forgotten."""

    def __init__(
        self,
        samples: NDArray[np.float32],
        about: SourceFacts | None = None,
        available: Callable[[], int] | None = None,
        window: int | None = None,
    ) -> None:
        self._samples = samples
        about = about or facts()
        self._facts = dataclasses.replace(
            about, channels=len(samples), samples=None if about.live else samples.shape[1]
        )
        self._available = available or (lambda: int(samples.shape[1]))
        self._window = window
        self.problem: NexyError | None = None
        self.reads: list[tuple[int, int]] = []
        self.closed = 0

    @property
    def facts(self) -> SourceFacts:
        """What is known of it."""
        return self._facts

    def available(self) -> int:
        """How many samples exist so far."""
        return self._available()

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> NDArray[np.float32]:
        """A copy of the part; raises `problem` where the test has set one."""
        if self.problem is not None:
            raise self.problem
        self.reads.append((first_sample, samples))
        oldest = 0 if self._window is None else self.available() - self._window
        index = first_channel - self._facts.lowest_channel
        inside = oldest <= first_sample and first_sample + samples <= self.available()
        if not inside or index < 0 or index + channels > len(self._samples):
            raise ValidationFailed(f"samples {first_sample} to {first_sample + samples} are not there")
        return np.array(self._samples[index : index + channels, first_sample : first_sample + samples], order="C")

    def close(self) -> None:
        """Counts how often."""
        self.closed += 1


def tone(hertz: float, amplitude: float, samples: int, rate: float = 1000.0, phase: float = 0.3) -> NDArray[np.float32]:
    """A sine."""
    wave: NDArray[np.float64] = amplitude * np.sin(2 * np.pi * hertz * np.arange(samples) / rate + phase)
    return wave.astype(np.float32)
