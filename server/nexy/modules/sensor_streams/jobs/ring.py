"""The rows of one computation that somebody still needs, held once for all who watch."""

from collections import deque

from nexy.contracts.streams import SpectrumFrame
from nexy.modules.sensor_streams.producing import Row
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder

_MILLISECOND = 1_000_000


class HeldRow:
    """A row, and the frames that were made of it: viewers of one job get the very same one."""

    __slots__ = ("_frames", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self._frames: dict[tuple[int, int], SpectrumFrame] = {}

    def frame(self, order: FeedOrder, stream_id: int, number: int) -> SpectrumFrame:
        """The row as a frame of this stream with this number."""
        made = self._frames.get((stream_id, number))
        if made is None:
            row = self.row
            made = self._frames[stream_id, number] = SpectrumFrame(
                stream_id=stream_id,
                number=number,
                start_ms=_milliseconds(row.start_ns),
                end_ms=_milliseconds(row.end_ns),
                first_channel=order.first_channel,
                sensors=order.channels,
                bins=order.bins.count,
                intensities=row.intensities,
                highest=row.highest,
                lowest=row.lowest,
            )
        return made


def _milliseconds(nanoseconds: int) -> int:
    """Rounded, so that a row's end is the next one's start."""
    return (nanoseconds + _MILLISECOND // 2) // _MILLISECOND


class Ring:
    """Rows by their sequence number, which counts from 0 as they come; the oldest leave first."""

    def __init__(self) -> None:
        self._rows: deque[HeldRow] = deque()
        self.first = 0

    @property
    def next(self) -> int:
        """The number of the row that comes next."""
        return self.first + len(self._rows)

    def append(self, row: Row) -> None:
        """Take in one more."""
        self._rows.append(HeldRow(row))

    def get(self, number: int) -> HeldRow | None:
        """A row that is still there; None where it has not come yet."""
        return self._rows[number - self.first] if number < self.next else None

    def drop_before(self, number: int) -> int:
        """Let go of the rows before this one; how many there were."""
        dropped = 0
        while self._rows and self.first < number:
            self._rows.popleft()
            self.first += 1
            dropped += 1
        return dropped
