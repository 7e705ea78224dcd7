"""A historic source: a clip, from its first sample to its last."""

from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.clip import Clip, ClipShape, check_span
from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.sources.survey import Survey


class StillSource:
    """All samples exist from the beginning."""

    def __init__(self, facts: SourceFacts, clip: Clip) -> None:
        self._facts = facts
        self._clip = clip

    @property
    def facts(self) -> SourceFacts:
        """What was found when it was opened."""
        return self._facts

    def available(self) -> int:
        """The whole clip."""
        return self._clip.shape.samples

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """[channels][samples] of the clip."""
        check_span(self._facts, self.available(), first_sample, samples, (first_channel, channels))
        return self._clip.read(first_sample, samples, first_channel - self._facts.lowest_channel, channels)

    def close(self) -> None:
        """Close the clip's files."""
        self._clip.close()


def clip_facts(spec: SourceSpec, shape: ClipShape, found: Survey, lowest: int, *, live: bool) -> SourceFacts:
    """What a source says of itself when it is made of a clip; a live one has no number of samples."""
    return SourceFacts(
        name=spec.name,
        kind=spec.kind,
        live=live,
        sample_rate_hz=shape.sample_rate_hz,
        lowest_channel=lowest,
        channels=shape.channels,
        samples=None if live else shape.samples,
        start_ns=shape.start_ns,
        unit=shape.unit,
        dtype=shape.dtype,
        distance_step_m=shape.distance_step_m,
        fiber_start_m=shape.fiber_start_m,
        description=shape.description,
        dead_channels=tuple(lowest + index for index in found.dead),
        nan_channels=tuple(lowest + index for index in found.nan),
        band_energy=shape.band_energy,
    )
