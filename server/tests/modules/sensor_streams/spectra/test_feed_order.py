"""What a computation costs in memory."""

import pytest

from nexy.modules.sensor_streams.spectra.bins import DisplayBins
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder

MEGABYTE = 1024 * 1024


def _feed(channels: int, nfft: int, hop: int = 39) -> FeedOrder:
    bins = DisplayBins(first=0, last=nfft // 2, count=nfft // 2 + 1)
    return FeedOrder(source="s", first_channel=0, channels=channels, nfft=nfft, hop=hop, bins=bins)


@pytest.mark.parametrize(
    ("channels", "nfft", "most"), [(1024, 2048, 21), (1024, 128, 7), (1, 65536, 5), (10, 1024, 5), (1, 128, 5)]
)
def test_memory_is_a_few_windows(channels: int, nfft: int, most: int) -> None:
    """Megabytes that do not depend on how long the recording is."""
    assert _feed(channels, nfft).memory_bytes <= most * MEGABYTE


def test_few_channels_are_read_in_long_blocks() -> None:
    """A block is at least half a window and a hop, and about 2 MB where channels are few."""
    assert _feed(1, 128).block_samples == 512 * 1024
    assert _feed(1024, 2048).block_samples == 1024
    assert _feed(1024, 128, hop=4000).block_samples == 4000


def test_the_weight_of_a_row() -> None:
    """Four bytes for each channel and bin."""
    assert _feed(10, 128).row_bytes == 10 * 65 * 4
