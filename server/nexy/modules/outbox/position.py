"""How far the outbox is drained, kept so that neither a crash nor a full disk can damage it."""

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

_SLOT = struct.Struct(">QQQ")
_CHECK = struct.Struct(">I")
_SLOT_SIZE = _SLOT.size + _CHECK.size


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the segments: everything before it is in the database."""

    segment: int
    offset: int


START = Position(0, 0)


class PositionFile:
    """Two slots written in turn, in place: a torn write spoils one, and no new space is ever needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def read(self) -> Position:
        """The newest whole slot; the start where there is none, since draining again harms nothing."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            data = b""
        slots = [slot for slot in (_slot(data, 0), _slot(data, 1)) if slot is not None]
        self._count, segment, offset = max(slots, default=(0, 0, 0))
        return Position(segment, offset)

    def write(self, position: Position) -> None:
        """Note the position durably."""
        self._count += 1
        slot = _SLOT.pack(self._count, position.segment, position.offset)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, slot + _CHECK.pack(zlib.crc32(slot)), self._count % 2 * _SLOT_SIZE)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)


def _slot(data: bytes, index: int) -> tuple[int, int, int] | None:
    slot = data[index * _SLOT_SIZE : (index + 1) * _SLOT_SIZE]
    if len(slot) < _SLOT_SIZE or _CHECK.unpack(slot[_SLOT.size :])[0] != zlib.crc32(slot[: _SLOT.size]):
        return None
    count, segment, offset = _SLOT.unpack(slot[: _SLOT.size])
    return int(count), int(segment), int(offset)
