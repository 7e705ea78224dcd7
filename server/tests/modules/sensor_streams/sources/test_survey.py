"""Dead channels and channels without numbers are found."""

import numpy as np
import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.clip import ClipShape
from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.sources.survey import WHOLE_BYTES, check_alive, survey


class Made:
    """A clip whose samples come from a function; counts what is read."""

    def __init__(self, samples: Samples, length: int | None = None) -> None:
        self._samples = samples
        self.bytes_read = 0
        self.shape = ClipShape(
            sample_rate_hz=1.0,
            samples=length or samples.shape[1],
            channels=samples.shape[0],
            start_ns=0,
            unit="",
            dtype="float32",
            distance_step_m=1.0,
            fiber_start_m=0.0,
            description="",
        )

    def read(self, first: int, samples: int, first_index: int, channels: int) -> Samples:
        self.bytes_read += 4 * samples * channels
        assert first + samples <= self.shape.samples
        columns = (first + np.arange(samples)) % self._samples.shape[1]
        return self._samples[first_index : first_index + channels][:, columns]

    def close(self) -> None: ...


NAN, INF = np.nan, np.inf
FIVE = np.array(
    [[0, 0, 0, 0], [7, 7, NAN, 7], [NAN, NAN, NAN, NAN], [0, 0, 1e-9, 0], [NAN, INF, 1, 2]], dtype=np.float32
)


def test_dead_and_nan_channels_are_told_apart() -> None:
    """One value all along is dead, whatever the value; a channel with some numbers lives."""
    found = survey(Made(FIVE))
    assert (found.dead, found.nan, found.nothing_alive, found.all_zero) == ((0, 1), (2,), False, False)


@pytest.mark.parametrize(
    ("rows", "said"),
    [([0], "every sample is zero"), ([0, 1], "no channel ever moves"), ([2], "not one sample is a number")],
)
def test_what_carries_nothing_is_refused_unless_asked_for(rows: list[int], said: str) -> None:
    """With the reason; allow_dead lets it through."""
    found = survey(Made(FIVE[rows]))
    with pytest.raises(ValidationFailed, match=said):
        check_alive("well", found, allow_dead=False)
    check_alive("well", found, allow_dead=True)


def test_a_long_clip_costs_no_more_than_the_bound() -> None:
    """Of a clip of terabytes only slices are read, from its beginning to its end."""
    clip = Made(FIVE, length=10**11)
    assert survey(clip).nan == (2,)
    assert clip.bytes_read <= WHOLE_BYTES
