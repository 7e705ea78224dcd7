"""A frame that several watch is encoded once, in bounded memory."""

from contextlib import ExitStack

import numpy as np
import pytest

from nexy.contracts.streams import FollowedFrame, SpectrumFrame
from nexy.transport.grpc_service.shared_encoding import SharedEncoding, WatchedStream
from nexy_protocol import datastream_pb2 as pb
from nexy_protocol.encoding import Encoding

STREAM = WatchedStream(job_id="12-1", stream_id=0, encoding=Encoding.FLOAT)
PACKED = WatchedStream(job_id="12-1", stream_id=0, encoding=Encoding.PACKED_F32)


def frame(number: int, start_ms: int | None = None) -> SpectrumFrame:
    values = np.arange(100, dtype="<f4") + number
    begin = 39 * number if start_ms is None else start_ms
    return SpectrumFrame(
        stream_id=0, number=number, start_ms=begin, end_ms=begin + 39, first_channel=1, sensors=10, bins=10,
        intensities=values.tobytes(), highest=99.0 + number, lowest=float(number),
    )  # fmt: skip


def test_viewers_of_one_stream_share_a_row() -> None:
    """Also where each viewer has a frame of its own; another encoding, time or content is another row."""
    encodings = SharedEncoding(1_000_000)
    shown = frame(1)
    with encodings.viewer(STREAM), encodings.viewer(STREAM), encodings.viewer(PACKED), encodings.viewer(PACKED):
        row = encodings.row(STREAM, shown)
        assert encodings.row(STREAM, shown) is row
        assert encodings.row(STREAM, frame(1)) is row
        assert encodings.row(PACKED, shown) is not row
        assert encodings.row(STREAM, frame(2)) is not row
        assert encodings.row(STREAM, frame(2, start_ms=39)) is not row


def test_a_single_viewer_keeps_nothing() -> None:
    """Nobody else could use it."""
    encodings = SharedEncoding(1_000_000)
    shown = frame(1)
    with encodings.viewer(STREAM):
        assert encodings.row(STREAM, shown) is not encodings.row(STREAM, shown)
    assert encodings.held_bytes == 0


@pytest.mark.parametrize("room", [0, 300, 3000])
def test_what_is_kept_has_a_bound(room: int) -> None:
    """The oldest go first; the last viewer leaves nothing behind."""
    encodings = SharedEncoding(room)
    with encodings.viewer(STREAM), encodings.viewer(STREAM):
        shown = [frame(number) for number in range(20)]
        rows = [encodings.row(STREAM, one) for one in shown]
        assert encodings.held_bytes <= room
        assert (encodings.row(STREAM, shown[-1]) is rows[-1]) == (room == 3000)
        assert encodings.row(STREAM, shown[0]) is not rows[0]
    assert encodings.held_bytes == 0


def test_one_message_serves_all_who_get_it_at_the_same_moment() -> None:
    """Another drop count, a later moment or another frame is another message, whose time is its own."""
    encodings = SharedEncoding(1_000_000)
    first = FollowedFrame(frame=frame(1), dropped=0)
    with encodings.viewer(STREAM), encodings.viewer(STREAM):
        sent = encodings.message(STREAM, first, 1000)
        assert encodings.message(STREAM, FollowedFrame(frame=frame(1), dropped=0), 1009) is sent
        later = pb.DataStream.FromString(encodings.message(STREAM, first, 1100))
        assert (later.frame_number, later.server_timestamp) == (1, 1100)
        lossy = encodings.message(STREAM, FollowedFrame(frame=frame(1), dropped=3), 1100)
        assert pb.DataStream.FromString(lossy).dropped_frames == 3
        other = encodings.message(STREAM, FollowedFrame(frame=frame(2), dropped=3), 1100)
        assert pb.DataStream.FromString(other).frame_number == 2
        assert pb.DataStream.FromString(other).rows != later.rows


@pytest.mark.parametrize(("room", "viewers"), [(0, 2), (1_000_000, 1)])
def test_a_message_is_not_held_where_nobody_could_share_it(room: int, viewers: int) -> None:
    """Without room, or for one viewer, each message is made anew."""
    encodings = SharedEncoding(room)
    shown = FollowedFrame(frame=frame(1), dropped=0)
    with ExitStack() as watching:
        for _ in range(viewers):
            watching.enter_context(encodings.viewer(STREAM))
        assert encodings.message(STREAM, shown, 1000) is not encodings.message(STREAM, shown, 1000)
