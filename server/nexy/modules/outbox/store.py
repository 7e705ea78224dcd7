"""Everything on the disk at one place: what was left behind, how far it is drained, what is put aside."""

import logging
from collections.abc import Sequence
from pathlib import Path

from nexy.contracts.outbox import Record
from nexy.modules.outbox.folder import OutboxFolder
from nexy.modules.outbox.framing import HEADER_SIZE, Found, scan
from nexy.modules.outbox.journal import Journal
from nexy.modules.outbox.position import START, Position, PositionFile
from nexy.modules.outbox.reader import Batch, Reader

_log = logging.getLogger("nexy.outbox")


class Store:
    """Its methods block; those that drain are called from one thread at a time, beside the one that appends."""

    def __init__(self, home: Path, segment_bytes: int) -> None:
        self.folder = OutboxFolder(home)
        self._segment_bytes = segment_bytes
        self._positions = PositionFile(self.folder.path / "position")
        self._reader = Reader(self.folder, self.folder.quarantine_bytes)
        self._position = START
        self.left_behind = 0
        self.passed = 0
        self.parked = 0

    def open(self) -> None:
        """Take the folder and count what an earlier process left; raises `Unavailable`."""
        self.folder.open()
        self._position = self._positions.read()
        newest = max((*self.folder.segments(), self._position.segment))
        self.journal = Journal(self.folder, newest, self._segment_bytes)
        # The damage is told when it is drained, not when it is counted.
        self.left_behind = Reader(self.folder, lambda *_: None).count(self._position, self.journal.end)
        self.parked = sum(len(self.read_parked(kind)) for kind in self.folder.parked())

    def read(self, limit: int) -> Batch:
        """The next records that are not drained."""
        return self._reader.read(self._position, self.journal.end, limit)

    def advance(self, batch: Batch) -> None:
        """Everything up to the batch's end is in the database."""
        if batch.end == self._position:
            return
        older = self._position.segment
        self._position = batch.end
        self.passed += len(batch.records)
        # Where the disk does not take the position, the next process drains a little again: harmless.
        try:
            self._positions.write(batch.end)
        except OSError as problem:
            _log.warning("the outbox cannot note its position: %s", problem.strerror, extra={"decision": "degrade"})
        if batch.end.segment > older:
            self.folder.remove_before(batch.end.segment)

    def park(self, kind: str, records: Sequence[Record], frames: bytes) -> None:
        """Put records aside whose kind nobody writes yet."""
        self.folder.park(kind, frames)
        self.parked += len(records)

    def read_parked(self, kind: str) -> Sequence[Record]:
        """What was put aside of this kind."""
        file = self.folder.parked_file(kind)
        data = file.read_bytes()[HEADER_SIZE:] if file.exists() else b""
        return [item.record for item in scan(data, final=True) if isinstance(item, Found)]

    def forget_parked(self, kind: str) -> None:
        """Everything that was put aside of this kind is in the database."""
        if self.folder.parked_file(kind).exists():
            self.parked -= len(self.read_parked(kind))
            self.folder.parked_file(kind).unlink()
            self.folder.measure()

    def close(self) -> None:
        """Leave nothing unwritten, and no file of which every record is in the database."""
        self.journal.close()
        if self._position.segment >= max(self.folder.segments(), default=0) and self._drained():
            self.folder.remove_before(self._position.segment + 1)
        self.folder.close()

    def _drained(self) -> bool:
        return not self._reader.read(self._position, Position(self._position.segment + 1, 0), 1).records
