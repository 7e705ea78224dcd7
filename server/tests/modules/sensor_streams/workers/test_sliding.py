"""The samples that a computation holds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.workers.sliding import SlidingSamples
from support.fake_fibre import MemorySource

SAMPLES = np.arange(3 * 5000, dtype=np.float32).reshape(3, 5000)


def _sliding(source: MemorySource, nfft: int, block: int) -> SlidingSamples:
    return SlidingSamples(lambda first, samples: source.read(first, samples, 1, 3), 3, nfft, block)


@given(
    nfft=st.integers(1, 300),
    block=st.integers(1, 700),
    steps=st.lists(st.integers(0, 400), max_size=30),
    more=st.integers(0, 1000),
)
def test_a_window_is_what_the_source_has(nfft: int, block: int, steps: list[int], more: int) -> None:
    """However windows go forward: exact samples, each read once, nothing beyond the limit, bounded reads."""
    source = MemorySource(SAMPLES)
    sliding = _sliding(source, nfft, block)
    start = 100
    for step in steps:
        start = min(start + step, 5000 - nfft)
        limit = min(5000, start + nfft + more)
        assert np.array_equal(sliding.window(start, limit), SAMPLES[:, start : start + nfft])
        assert source.reads[-1][0] + source.reads[-1][1] <= 5000
    spans = sorted(source.reads)
    assert all(first + samples <= following for (first, samples), (following, _) in itertools.pairwise(spans))
    assert all(samples <= block for _first, samples in spans)


def test_samples_that_are_skipped_are_not_read() -> None:
    """A jump forward begins anew."""
    source = MemorySource(SAMPLES)
    sliding = _sliding(source, 10, 20)
    sliding.window(0, 5000)
    sliding.window(4000, 5000)
    assert source.reads[-1][0] == 4000 or source.reads[-2][0] == 4000


def test_after_a_failed_read_the_next_window_is_right() -> None:
    """What the source forgot is skipped without a trace."""
    source = MemorySource(SAMPLES, available=lambda: 3000, window=1000)
    sliding = _sliding(source, 100, 50)
    with pytest.raises(ValidationFailed):
        sliding.window(0, 3000)
    assert np.array_equal(sliding.window(2500, 3000), SAMPLES[:, 2500:2600])
