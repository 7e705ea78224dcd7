"""Appending to the newest segment; a failed write leaves nothing behind."""

import os
from contextlib import suppress

from nexy.modules.outbox.folder import OutboxFolder, sync_folder
from nexy.modules.outbox.framing import HEADER_SIZE, header
from nexy.modules.outbox.position import Position


class Journal:
    """Written by one thread at a time.

    Every process begins a segment of its own: what a killed one left half-written is never written behind.
    """

    def __init__(self, folder: OutboxFolder, after: int, segment_bytes: int) -> None:
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._descriptor = -1
        self.syncs = 0
        self.end = Position(after + 1, HEADER_SIZE)

    def append(self, frames: bytes, *, sync: bool) -> None:
        """Write the frames, and with `sync` see them on the disk; raises `OSError` with the file as it was."""
        if self._descriptor >= 0 and self.end.offset >= self._segment_bytes:
            self._seal()
        if self._descriptor < 0:
            self._begin()
        before = self.end.offset
        try:
            _write_all(self._descriptor, frames, before)
        except OSError:
            self._cut(before)
            raise
        if sync:
            self._sync(before)
        self.end = Position(self.end.segment, before + len(frames))
        self._folder.used += len(frames)

    def close(self) -> None:
        """Leave everything on the disk."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.fdatasync(self._descriptor)
            self._seal()

    def _begin(self) -> None:
        path = self._folder.segment(self.end.segment)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write_all(descriptor, header(), 0)
            sync_folder(path.parent)
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        self._descriptor = descriptor

    def _seal(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1
        self.end = Position(self.end.segment + 1, HEADER_SIZE)

    def _sync(self, before: int) -> None:
        self.syncs += 1
        try:
            os.fdatasync(self._descriptor)
        except OSError:
            # Nobody knows now what the disk holds of this file: the next frames go into another.
            if self._cut(before):
                self._abandon(empty=before == HEADER_SIZE)
            raise

    def _cut(self, size: int) -> bool:
        try:
            os.ftruncate(self._descriptor, size)
        except OSError:
            self._abandon(empty=False)
            return False
        return True

    def _abandon(self, *, empty: bool) -> None:
        number = self.end.segment
        self._seal()
        if empty:
            self._folder.segment(number).unlink(missing_ok=True)


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
