"""How intensities travel."""

from enum import IntEnum


class Encoding(IntEnum):
    """The contract's numbers: a list of floats per sensor, or one block for the row."""

    FLOAT = 0
    PACKED_F32 = 1
    PACKED_U8 = 2
