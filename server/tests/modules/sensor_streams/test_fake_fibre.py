"""The source in memory that the tests use keeps the port's promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import ValidationFailed
from support.fake_fibre import MemorySource, facts

SAMPLES = np.arange(4 * 100, dtype=np.float32).reshape(4, 100)


@given(first=st.integers(0, 99), samples=st.integers(1, 100), channel=st.integers(1, 4), channels=st.integers(1, 4))
def test_any_slice_equals_that_part(first: int, samples: int, channel: int, channels: int) -> None:
    """By channel number, exactly as many as asked for, in C order; what is not there is refused."""
    source = MemorySource(SAMPLES)
    if first + samples > 100 or channel + channels > 5:
        with pytest.raises(ValidationFailed):
            source.read(first, samples, channel, channels)
        return
    read = source.read(first, samples, channel, channels)
    assert np.array_equal(read, SAMPLES[channel - 1 : channel - 1 + channels, first : first + samples])
    assert read.flags.c_contiguous
    assert read.dtype == np.float32


def test_a_live_one_grows_and_forgets() -> None:
    """What is available comes from the test; older than the window raises."""
    edge = 50
    source = MemorySource(SAMPLES, facts(live=True), lambda: edge, window=20)
    assert source.facts.samples is None
    assert source.read(30, 20, 1, 4).shape == (4, 20)
    for first in (29, 31):
        with pytest.raises(ValidationFailed):
            source.read(first, 20, 1, 4)
    edge = 60
    assert source.available() == 60
    source.close()
    source.close()
