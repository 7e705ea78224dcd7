"""Protocol buffers' wire format, as far as frames need it: varints, and the fields of a message where they lie."""

import struct
from collections.abc import Iterator

VARINT, FIXED64, LENGTH_DELIMITED, FIXED32 = 0, 1, 2, 5
_MAX_VARINT_BYTES = 10
_SIXTY_FOUR_BITS = (1 << 64) - 1
_FIXED_BYTES = {FIXED64: 8, FIXED32: 4}

Field = tuple[int, int, int, int]
"""(number, wire type, value, end) of a varint, else (number, wire type, start, end) of the bytes."""


class FrameMalformed(ValueError):
    """These bytes are no message of the contract."""


class BlockMalformed(FrameMalformed):
    """The message can be read, but a packed block in it is not what its own fields say."""


def varint(value: int) -> bytes:
    """The shortest varint; a negative value is written as its 64-bit complement."""
    left = value & _SIXTY_FOUR_BITS
    parts = bytearray()
    while left > 0x7F:
        parts.append(left & 0x7F | 0x80)
        left >>= 7
    parts.append(left)
    return bytes(parts)


def tag(number: int, wire_type: int) -> bytes:
    """What stands before a field."""
    return varint(number << 3 | wire_type)


def varint_field(number: int, value: int) -> bytes:
    """An integer or bool field; zero is left out, as proto3 does."""
    return tag(number, VARINT) + varint(value) if value else b""


def double_field(number: int, value: float) -> bytes:
    """A double field; positive zero is left out."""
    packed = struct.pack("<d", value)
    return tag(number, FIXED64) + packed if any(packed) else b""


def float_field(number: int, value: float) -> bytes:
    """A float field; positive zero is left out."""
    packed = struct.pack("<f", value)
    return tag(number, FIXED32) + packed if any(packed) else b""


def text_field(number: int, value: str) -> bytes:
    """A string field; the empty one is left out."""
    encoded = value.encode()
    return length_head(number, len(encoded)) + encoded if encoded else b""


def length_head(number: int, length: int) -> bytes:
    """What stands before the bytes of a string, a message or a packed list."""
    return tag(number, LENGTH_DELIMITED) + varint(length)


def read_varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The value at `at`, cut to 64 bits, and where it ends; raises `FrameMalformed`."""
    value = 0
    last = min(end, at + _MAX_VARINT_BYTES)
    for shift, place in enumerate(range(at, last)):
        byte = data[place]
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value & _SIXTY_FOUR_BITS, place + 1
    raise FrameMalformed(f"an integer at byte {at} does not end")


def signed(value: int, bits: int) -> int:
    """A varint's value as a signed integer of so many bits; the bits above are dropped, as every reader does."""
    cut = value & ((1 << bits) - 1)
    return cut - (1 << bits) if cut >> (bits - 1) else cut


def field_at(data: bytes, at: int, end: int) -> Field:
    """The field that begins at `at`; raises `FrameMalformed`."""
    head, at = read_varint(data, at, end)
    number, wire_type = head >> 3, head & 7
    if number == 0:
        raise FrameMalformed(f"a field number 0 before byte {at}")
    if wire_type == VARINT:
        value, stop = read_varint(data, at, end)
        return number, wire_type, value, stop
    if wire_type == LENGTH_DELIMITED:
        length, at = read_varint(data, at, end)
    elif wire_type in _FIXED_BYTES:
        length = _FIXED_BYTES[wire_type]
    else:
        raise FrameMalformed(f"wire type {wire_type} of field {number} is none that the contract uses")
    if at + length > end:
        raise FrameMalformed(f"field {number} at byte {at} is longer than what holds it")
    return number, wire_type, at, at + length


def fields(data: bytes, at: int, end: int) -> Iterator[Field]:
    """Every field between `at` and `end`; raises `FrameMalformed` where they do not fit exactly."""
    while at < end:
        found = field_at(data, at, end)
        at = found[3]
        yield found
