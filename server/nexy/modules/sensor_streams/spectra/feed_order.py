"""What one computation is: the spectra of neighbouring channels of one source."""

from dataclasses import dataclass

from nexy.modules.sensor_streams.spectra.bins import DisplayBins
from nexy.modules.sensor_streams.spectra.rows import RowGrid

_FLOAT_BYTES = 4
_BLOCK_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOrder:
    """Equal orders give equal rows, whoever asked; `rows` and `start_ns`, of row 0, are None for a live source."""

    source: str
    first_channel: int
    channels: int
    nfft: int
    hop: int
    bins: DisplayBins
    start_ns: int | None = None
    samples: int | None = None
    rows: int | None = None

    @property
    def live(self) -> bool:
        """Whether it goes on for ever."""
        return self.rows is None

    @property
    def row_bytes(self) -> int:
        """What one row weighs."""
        return self.channels * self.bins.count * _FLOAT_BYTES

    @property
    def block_samples(self) -> int:
        """How many samples of each channel are read at once at most; few reads where there are few channels."""
        return max(self.hop, self.nfft // 2, _BLOCK_BYTES // (_FLOAT_BYTES * self.channels))

    @property
    def memory_bytes(self) -> int:
        """What computing it holds at once: the window, a block beside it and the block as it was read, and a row."""
        return (self.nfft + 2 * self.block_samples) * self.channels * _FLOAT_BYTES + self.row_bytes

    def grid(self, first_sample: int) -> RowGrid:
        """Where its rows lie in a source whose sample `first_sample` begins row 0."""
        return RowGrid(nfft=self.nfft, hop=self.hop, first_sample=first_sample, samples=self.samples)
