"""What server and speech worker say to each other over the worker's pipes.

Orders go down: header, voice, text. Replies come up: header, body. One order is answered by ACCEPTED, any number
of SOUND and one END, or by UNKNOWN_VOICE alone, or by FAILED; READY or FAILED once at the start.
A CANCEL, or the end of the orders, ends the sentence under way early with CALLED_OFF; without one it is ignored.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

ORDER_HEADER = struct.Struct("<BHII")
REPLY_HEADER = struct.Struct("<BI")


class OrderKind(IntEnum):
    """What the server may ask."""

    SPEAK = 1
    CANCEL = 2


class ReplyKind(IntEnum):
    """What the worker may answer."""

    READY = 1
    ACCEPTED = 2
    UNKNOWN_VOICE = 3
    SOUND = 4
    END = 5
    FAILED = 6
    CALLED_OFF = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One sentence for one voice; the first chunk of its sound holds `first_chunk_frames`."""

    text: str
    voice: str
    first_chunk_frames: int

    def encode(self) -> bytes:
        """The order as it stands in the pipe."""
        voice, text = self.voice.encode(), self.text.encode()
        return ORDER_HEADER.pack(OrderKind.SPEAK, len(voice), self.first_chunk_frames, len(text)) + voice + text


CANCEL_ORDER = ORDER_HEADER.pack(OrderKind.CANCEL, 0, 0, 0)


def encode_reply(kind: ReplyKind, body: bytes = b"") -> bytes:
    """The reply as it stands in the pipe."""
    return REPLY_HEADER.pack(kind, len(body)) + body
