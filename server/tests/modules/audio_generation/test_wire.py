"""Messages between server and worker."""

import pytest

from nexy.modules.audio_generation.wire import (
    CANCEL_ORDER,
    ORDER_HEADER,
    REPLY_HEADER,
    Order,
    OrderKind,
    ReplyKind,
    encode_reply,
)


@pytest.mark.parametrize("text", ["Hello", "Привет", "שלום", "", "x" * 70_000])
def test_an_order_tells_its_lengths_in_bytes(text: str) -> None:
    """The header of an order announces exactly the bytes of voice and text that follow it."""
    encoded = Order(text=text, voice="en-us", first_chunk_frames=1440).encode()
    kind, voice_length, first_frames, text_length = ORDER_HEADER.unpack_from(encoded)
    rest = encoded[ORDER_HEADER.size :]
    assert (kind, first_frames) == (OrderKind.SPEAK, 1440)
    assert rest[:voice_length] == b"en-us"
    assert rest[voice_length:].decode() == text
    assert len(rest) == voice_length + text_length


def test_a_cancel_is_a_header_alone() -> None:
    """CANCEL carries no body, so a worker never waits for more of it."""
    assert ORDER_HEADER.unpack(CANCEL_ORDER) == (OrderKind.CANCEL, 0, 0, 0)


def test_a_reply_tells_its_length() -> None:
    """The header of a reply announces the bytes of its body."""
    encoded = encode_reply(ReplyKind.SOUND, b"\1\2\3\4")
    assert REPLY_HEADER.unpack_from(encoded) == (ReplyKind.SOUND, 4)
    assert encoded[REPLY_HEADER.size :] == b"\1\2\3\4"
    assert REPLY_HEADER.unpack(encode_reply(ReplyKind.END)) == (ReplyKind.END, 0)
