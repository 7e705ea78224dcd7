"""Named arrays in one file that is mapped, not read: written aside, checked by sums, and put in place at once.

A head (magic, version, where the table lies, its length and sum), the arrays at multiples of 64 bytes, and the table
as JSON at the end. Nothing is forced to the disk: after a power cut the sums tell, and the index is made again.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.utils.disk_room import take_room
from nexy.utils.private_folder import FILE

Array = npt.NDArray[Any]

_MAGIC = b"NEXYIDX\n"
_HEAD = struct.Struct("<8sIIQQ")
_ALIGNED = 64


class ArrayFile:
    """Writes the arrays of one file; nobody sees it before `finish`, and `close` leaves nothing half done."""

    def __init__(self, path: Path, version: int) -> None:
        self._path = path
        self._version = version
        self._aside = path.with_name(f"{path.name}.{os.getpid()}.{id(self):x}.tmp")
        self._aside.touch(mode=FILE)
        self._end = _HEAD.size
        self._rows: list[Mapping[str, Any]] = []

    def make(self, name: str, shape: Sequence[int], dtype: npt.DTypeLike) -> Array:
        """A new array of zeros in the file, to be filled before `finish`; raises OSError where there is no room."""
        kind = np.dtype(dtype)
        start = -(-self._end // _ALIGNED) * _ALIGNED
        size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
        self._end = start + size
        self._rows.append({"name": name, "dtype": kind.str, "shape": list(shape), "start": start, "size": size})
        if not size:
            return np.zeros(tuple(shape), kind)
        with self._aside.open("r+b") as file:
            take_room(file.fileno(), start, size)
            return np.memmap(file, kind, "r+", start, tuple(shape))

    def put(self, name: str, values: Array) -> None:
        """A whole array."""
        self.make(name, values.shape, values.dtype)[...] = values

    def finish(self) -> int:
        """Sum everything up and put the file in its place; returns its size in bytes."""
        with self._aside.open("r+b") as file:
            rows = [dict(row) | {"sum": _sum_of(file.fileno(), row["start"], row["size"])} for row in self._rows]
            table = json.dumps(rows).encode()
            file.seek(self._end)
            file.write(table)
            file.seek(0)
            file.write(_HEAD.pack(_MAGIC, self._version, zlib.crc32(table), self._end, len(table)))
        self._aside.replace(self._path)
        return self._end + len(table)

    def close(self) -> None:
        """Forget what was written; after `finish` there is nothing to forget."""
        self._aside.unlink(missing_ok=True)


def _sum_of(descriptor: int, start: int, size: int) -> int:
    if not size:
        return 0
    with mmap.mmap(descriptor, start + size, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
        return zlib.crc32(view[start:])


def open_arrays(path: Path, version: int, *, verify: bool) -> Mapping[str, Array]:
    """The arrays of a file, mapped for reading; `verify` reads and sums all of it.

    They stay usable after the file was replaced or removed. Raises `IndexDamaged`.
    """
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as problem:
        raise IndexDamaged("the file is missing, empty or cannot be read") from problem
    return {row["name"]: _mapped_array(mapped, row, verify=verify) for row in _table(mapped, version)}


def _table(mapped: mmap.mmap, version: int) -> Sequence[Mapping[str, Any]]:
    if len(mapped) < _HEAD.size:
        raise IndexDamaged("the file is cut short")
    magic, written, checksum, start, size = _HEAD.unpack_from(mapped)
    if magic != _MAGIC:
        raise IndexDamaged("the file is no index")
    if written != version:
        raise IndexDamaged(f"it was made by version {written} of the rules, and this is version {version}")
    table = mapped[start : start + size]
    if start + size != len(mapped) or zlib.crc32(table) != checksum:
        raise IndexDamaged("the file is cut short or altered")
    rows: Sequence[Mapping[str, Any]] = json.loads(table)
    return rows


def _mapped_array(mapped: mmap.mmap, row: Mapping[str, Any], *, verify: bool) -> Array:
    start, size = row["start"], row["size"]
    with memoryview(mapped) as view:
        if verify and zlib.crc32(view[start : start + size]) != row["sum"]:
            raise IndexDamaged("the file was altered")
    kind = np.dtype(row["dtype"])
    return np.frombuffer(mapped, kind, size // kind.itemsize, start).reshape(row["shape"])
