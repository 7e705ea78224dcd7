"""Where rows and their windows lie among the samples.

Row r covers the samples [r * hop, (r + 1) * hop) of its range. Its window of nfft samples is centred on the row, so
that what happens shows in the row in which it happens; where it would leave the range it is shifted back inside, so
that it is always full and a tone's amplitude right. Rows near the edges therefore share a window: about
(nfft - hop) / 2 / hop of them at either end. A live range begins where the source does and has no end: a row is
complete half a window after its middle.
"""

from dataclasses import dataclass

ROWS_PER_SECOND = 25.6
_NANO = 1_000_000_000


def hop_of(sample_rate_hz: float) -> int:
    """Samples from one row to the next."""
    return max(1, round(sample_rate_hz / ROWS_PER_SECOND))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGrid:
    """The rows of a range of `samples` samples from `first_sample` of the source on; None: it never ends."""

    nfft: int
    hop: int
    first_sample: int
    samples: int | None

    def window_start(self, row: int) -> int:
        """The first sample of the row's window, counted from the source's beginning."""
        start = row * self.hop + (self.hop - self.nfft) // 2
        if self.samples is not None:
            start = min(start, self.samples - self.nfft)
        return self.first_sample + max(0, start)

    @property
    def first_centred_row(self) -> int:
        """The first row whose window need not be shifted inside."""
        return max(0, -((self.hop - self.nfft) // 2 // self.hop))

    def newest_row(self, available: int) -> int:
        """The last row whose window is complete when the source has so many samples; at least the first centred one."""
        free = available - self.first_sample - self.nfft
        return max(self.first_centred_row, (free - (self.hop - self.nfft) // 2) // self.hop)

    def row_at(self, offset_samples: float) -> int:
        """The row that begins nearest to this many samples after the source's beginning."""
        return max(0, round((offset_samples - self.first_sample) / self.hop))

    def row_ns(self, row: int, sample_rate_hz: float, start_ns: int) -> int:
        """When the row begins, epoch nanoseconds; `start_ns` is the source's first sample."""
        return start_ns + round((self.first_sample + row * self.hop) * _NANO / sample_rate_hz)
