"""How a record lies in a file, and how records are found again in a file that was damaged.

A file begins with `HEADER` (magic, version, checksum); then frames follow, each
marker 4 | length of payload u32 | crc32 of length and payload u32 | payload: u8 length of kind, u16 length of key,
kind, key, body. Numbers are big-endian.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from nexy.contracts.errors import TooLarge, ValidationFailed
from nexy.contracts.outbox import Record

VERSION = 1
_MAGIC = b"NEXYOUT\x00"
_HEADER = struct.Struct(">8sII")
# These bytes never stand in UTF-8, so no body of JSON can look like the beginning of a frame.
_MARKER = b"\xf5\xfe\xff\xfa"
_PREFIX = struct.Struct(">4sII")
_LENGTH = struct.Struct(">I")
_NAMES = struct.Struct(">BH")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LONGEST_KEY = 512
MAX_PAYLOAD = 4 * 1024 * 1024
OVERHEAD = _PREFIX.size


def header(version: int = VERSION) -> bytes:
    """The beginning of every file."""
    return _HEADER.pack(_MAGIC, version, zlib.crc32(_MAGIC + _LENGTH.pack(version)))


HEADER_SIZE = _HEADER.size


def version_of(data: bytes) -> int | None:
    """The version that a file's first bytes name, or None where they are cut or damaged."""
    if len(data) < HEADER_SIZE:
        return None
    magic, version, checksum = _HEADER.unpack_from(data)
    whole = magic == _MAGIC and checksum == zlib.crc32(_MAGIC + _LENGTH.pack(version))
    return int(version) if whole else None


def encode(record: Record, max_bytes: int) -> bytes:
    """One frame; raises `ValidationFailed` for a kind or key that cannot be kept, `TooLarge` for a big record."""
    if not _KIND.fullmatch(record.kind):
        raise ValidationFailed("kind: small letters, digits and _ only, at most 32", field="kind")
    kind, key = record.kind.encode(), _key_bytes(record.key)
    payload = b"".join((_NAMES.pack(len(kind), len(key)), kind, key, record.body))
    if len(payload) > max_bytes:
        raise TooLarge(f"outbox.max_record_bytes: a record of {len(payload)} bytes is too large", field="body")
    length = _LENGTH.pack(len(payload))
    return b"".join((_MARKER, length, _LENGTH.pack(zlib.crc32(payload, zlib.crc32(length))), payload))


def _key_bytes(key: str) -> bytes:
    try:
        encoded = key.encode()
    except UnicodeEncodeError as problem:
        raise ValidationFailed("key: it must be text that can be stored", field="key") from problem
    if not 1 <= len(encoded) <= _LONGEST_KEY:
        raise ValidationFailed(f"key: 1 to {_LONGEST_KEY} bytes are allowed", field="key")
    return encoded


@dataclass(frozen=True, slots=True)
class Found:
    """A whole record; `end` is the offset behind its frame."""

    record: Record
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes that are no frame; `torn`: nothing but the beginning of one that was never finished."""

    start: int
    end: int
    torn: bool


def scan(data: bytes, *, final: bool) -> Iterator[Found | Gap]:
    """What lies in `data`, in its order; offsets are those of `data`.

    Unless `final` (nothing follows `data`), the scan stops before a frame that may go on behind it.
    """
    position = 0
    while position < len(data):
        end = _frame_end(data, position)
        if end is not None and end <= len(data):
            yield Found(_record(data[position + OVERHEAD : end]), end)
            position = end
            continue
        if end is not None and not final:
            return
        behind = _next_frame(data, position + 1, final=final)
        yield Gap(position, behind, torn=end is not None and behind == len(data))
        position = behind


def _frame_end(data: bytes, position: int) -> int | None:
    """Where the frame at `position` ends, perhaps behind the data; None where no frame can begin here."""
    prefix = data[position : position + OVERHEAD]
    if len(prefix) < OVERHEAD:
        known = prefix[: len(_MARKER)]
        return position + OVERHEAD if _MARKER.startswith(known) else None
    marker, length, checksum = _PREFIX.unpack(prefix)
    if marker != _MARKER or not _NAMES.size < length <= MAX_PAYLOAD:
        return None
    end = position + OVERHEAD + int(length)
    if end > len(data):
        return end
    payload = data[position + OVERHEAD : end]
    return end if checksum == zlib.crc32(payload, zlib.crc32(prefix[4:8])) else None


def _next_frame(data: bytes, position: int, *, final: bool) -> int:
    """Where the next frame begins, or may begin unless `final`; the end of the data where there is none."""
    first = position
    while True:
        position = data.find(_MARKER, position)
        if position < 0:
            # A marker may be cut by the end of the window.
            return len(data) if final else max(len(data) - len(_MARKER) + 1, first)
        end = _frame_end(data, position)
        if end is not None and (end <= len(data) or not final):
            return position
        position += 1


def _record(payload: bytes) -> Record:
    kind_length, key_length = _NAMES.unpack_from(payload)
    kind_end = _NAMES.size + kind_length
    key_end = kind_end + key_length
    kind, key = payload[_NAMES.size : kind_end], payload[kind_end:key_end]
    return Record(kind=kind.decode("ascii", "replace"), key=key.decode("utf-8", "replace"), body=payload[key_end:])
