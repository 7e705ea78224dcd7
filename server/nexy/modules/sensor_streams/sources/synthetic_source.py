"""A fibre that is computed: the same samples for the same options, wherever a read begins."""

import numpy as np

from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.clip import check_span
from nexy.modules.sensor_streams.sources.live_clock import ANCHOR_NS, NANOSECONDS, LiveEdge, NowNs, anchor
from nexy.modules.sensor_streams.sources.passers import Footsteps, Passer, Vehicle
from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.sources.synthetic_options import SyntheticOptions
from nexy.modules.sensor_streams.sources.waves import BLOCK, Noise, Tones

_MOST_TOLD = 8


class SyntheticSource:
    """Historic where it has a duration, else live. Tones are calibrated: their amplitude is what was asked for."""

    def __init__(self, spec: SourceSpec, options: SyntheticOptions, now_ns: NowNs) -> None:
        self._options = options
        self._rate_hz = float(options.rate)
        samples = round(options.duration_s * self._rate_hz) if options.duration_s else None
        self._facts = _facts(spec, options, samples, _start_ns(options, now_ns))
        self._edge = LiveEdge(now_ns, self._facts.start_ns, self._rate_hz)
        self._noise = Noise(options.noise, options.seed) if options.noise else None
        self._tones = Tones(options.tones, options.rate)
        self._passers: list[Passer] = []
        if options.vehicle:
            self._passers.append(Vehicle(self._rate_hz, options.distance_step_m, options.vehicle))
        if options.footsteps:
            self._passers.append(Footsteps(self._rate_hz, options.distance_step_m, options.channels))

    @property
    def facts(self) -> SourceFacts:
        """As ordered."""
        return self._facts

    def available(self) -> int:
        """All of a historic one; what the clock has reached of a live one."""
        return self._edge.samples() if self._facts.samples is None else self._facts.samples

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """Compute [channels][samples]."""
        check_span(self._facts, self.available(), first_sample, samples, (first_channel, channels))
        index = first_channel - self._facts.lowest_channel
        out: Samples = np.zeros((channels, samples), np.float32)
        done = 0
        while done < samples:
            block, skip = divmod(first_sample + done, BLOCK)
            count = min(BLOCK - skip, samples - done)
            self._add_waves(out[:, done : done + count], block, skip, index)
            done += count
        for passer in self._passers:
            passer.add(out, first_sample, index)
        self._spoil(out, index)
        return out

    def close(self) -> None:
        """Nothing is open."""

    def _add_waves(self, out: Samples, block: int, skip: int, index: int) -> None:
        if self._noise is not None:
            self._noise.fill(out, block, skip, index)
        self._tones.add(out, block, skip, index)

    def _spoil(self, out: Samples, index: int) -> None:
        """Dead channels and those without numbers, as broken sensors are."""
        for channels, value in ((self._options.dead, 0.0), (self._options.nan, np.nan)):
            rows = [channel - index for channel in channels if 0 <= channel - index < out.shape[0]]
            out[rows] = value


def _start_ns(options: SyntheticOptions, now_ns: NowNs) -> int:
    if options.start_s >= 0:
        return round(options.start_s * NANOSECONDS)
    return ANCHOR_NS if options.duration_s else anchor(now_ns())


def _description(options: SyntheticOptions) -> str:
    """What there is to be found in it, for whoever wants to see whether a viewer shows it."""
    lowest, parts = options.first_channel, []
    for tone in options.tones[:_MOST_TOLD]:
        channels = f"{lowest + tone.first}-{lowest + tone.last}" if tone.last > tone.first else f"{lowest + tone.first}"
        parts.append(f"channels {channels}: {float(tone.hertz):g} Hz, amplitude {tone.amplitude:g}")
    if len(options.tones) > _MOST_TOLD:
        parts.append(f"{len(options.tones) - _MOST_TOLD} tones more")
    if options.vehicle:
        parts.append(f"a vehicle each minute at {options.vehicle:g} m/s (8 Hz, amplitude 1)")
    if options.footsteps:
        parts.append("footsteps (20 Hz)")
    if options.noise:
        parts.append(f"noise {options.noise:g} rms")
    return "computed" + (": " + "; ".join(parts) if parts else "")


def _facts(spec: SourceSpec, options: SyntheticOptions, samples: int | None, start_ns: int) -> SourceFacts:
    lowest = options.first_channel
    return SourceFacts(
        name=spec.name,
        kind=spec.kind,
        live=samples is None,
        sample_rate_hz=float(options.rate),
        lowest_channel=lowest,
        channels=options.channels,
        samples=samples,
        start_ns=start_ns,
        unit=options.unit,
        dtype="float32",
        distance_step_m=options.distance_step_m,
        fiber_start_m=lowest * options.distance_step_m,
        description=_description(options),
        dead_channels=tuple(lowest + index for index in options.dead),
        nan_channels=tuple(lowest + index for index in options.nan if index not in options.dead),
    )
