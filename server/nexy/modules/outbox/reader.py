"""Reading records from a position on, past whatever was damaged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from nexy.contracts.outbox import Record
from nexy.modules.outbox.folder import OutboxFolder
from nexy.modules.outbox.framing import HEADER_SIZE, MAX_PAYLOAD, OVERHEAD, Found, Gap, scan
from nexy.modules.outbox.position import Position

OnDamage = Callable[[int, int, bytes], None]
# Most batches lie in a small window; one whole frame fits into the large one wherever it begins.
_WINDOWS = (512 * 1024, 2 * (MAX_PAYLOAD + OVERHEAD))


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in their order, and the position behind them; no records and no progress at the end."""

    records: Sequence[Record]
    end: Position


class Reader:
    """Reads what the journal has written; `on_damage` receives segment, offset and bytes that are passed over."""

    def __init__(self, folder: OutboxFolder, on_damage: OnDamage) -> None:
        self._folder = folder
        self._on_damage = on_damage

    def read(self, start: Position, end: Position, limit: int) -> Batch:
        """Up to `limit` records between two positions; a batch never spans segments."""
        while start < end:
            start, size = self._settled(start, end)
            records, start = self._read_window(start, size, limit)
            if records:
                return Batch(records, start)
            if start.offset >= size:
                following = [number for number in self._folder.segments() if number > start.segment]
                if start.segment >= end.segment or not following:
                    break
                start = Position(following[0], HEADER_SIZE)
        return Batch((), start)

    def count(self, start: Position, end: Position) -> int:
        """How many records lie between two positions."""
        return sum(len(batch.records) for batch in self.batches(start, end))

    def batches(self, start: Position, end: Position) -> Iterator[Batch]:
        """Everything between two positions, a part at a time."""
        while (batch := self.read(start, end, 1000)).records:
            yield batch
            start = batch.end

    def _settled(self, start: Position, end: Position) -> tuple[Position, int]:
        """The same place in a segment that exists, and that segment's size."""
        existing = [number for number in self._folder.segments() if number >= start.segment]
        if not existing:
            return start, 0
        if existing[0] != start.segment:
            start = Position(existing[0], HEADER_SIZE)
        start = Position(start.segment, max(start.offset, HEADER_SIZE))
        if start.segment == end.segment:
            return start, end.offset
        return start, self._folder.segment(start.segment).stat().st_size

    def _read_window(self, start: Position, size: int, limit: int) -> tuple[list[Record], Position]:
        for window in _WINDOWS:
            wanted = min(window, size - start.offset)
            data = read_bytes(self._folder.segment(start.segment), start.offset, wanted)
            # A file that is shorter than it was written ends here all the same.
            final = len(data) < wanted or start.offset + len(data) >= size
            records, position = self._take(data, start, limit, final=final)
            if final and position == len(data):
                return records, Position(start.segment, size)
            if position:
                break
        return records, Position(start.segment, start.offset + position)

    def _take(self, data: bytes, start: Position, limit: int, *, final: bool) -> tuple[list[Record], int]:
        records: list[Record] = []
        position = 0
        for item in scan(data, final=final):
            match item:
                case Found():
                    records.append(item.record)
                case Gap():
                    if not item.torn:
                        self._on_damage(start.segment, start.offset + item.start, data[item.start : item.end])
                case _:
                    assert_never(item)
            position = item.end
            if len(records) >= limit:
                break
        return records, position


def read_bytes(path: Path, offset: int, count: int) -> bytes:
    """A part of a file; nothing where it is not there or shorter."""
    if count <= 0:
        return b""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(count)
