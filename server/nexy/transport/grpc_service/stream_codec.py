"""Spectrograms on the wire: a frame's row once for all its viewers, and what differs from viewer to viewer."""

from google.protobuf.message import DecodeError

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.streams import FollowedFrame, FollowStream, SpectrumFrame
from nexy_protocol import datastream_pb2 as pb
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame_codec import EncodedRow, encode_end, encode_row, finish_frame


def read_request(data: bytes) -> pb.StreamRequest | None:
    """The message; None where the bytes are none, which grpc.aio would tell as an error of unknown kind."""
    try:
        return pb.StreamRequest.FromString(data)
    except DecodeError:
        return None


def follow_request(message: pb.StreamRequest | None) -> tuple[FollowStream, Encoding]:
    """The message as the floors below see it.

    Raises `ValidationFailed` for what is no message, or an encoding that nobody knows.
    """
    if message is None:
        raise ValidationFailed("the request is not a datastream.StreamRequest; does the client use this protocol?")
    try:
        encoding = Encoding(message.encoding)
    except ValueError:
        known = ", ".join(f"{one.value} {one.name}" for one in Encoding)
        raise ValidationFailed(
            f"encoding: {message.encoding} is not an encoding of this protocol ({known})", field="encoding"
        ) from None
    wanted = FollowStream(
        job_id=message.job_id,
        stream_id=message.stream_id,
        max_frames=message.max_frames,
        after_frame=message.resume_after_frame,
    )
    return wanted, encoding


def frame_row(job_id: str, frame: SpectrumFrame, encoding: Encoding) -> EncodedRow:
    """What is the same for each viewer of the frame."""
    return encode_row(
        frame.intensities,
        first_id=frame.first_channel,
        sensors=frame.sensors,
        bins=frame.bins,
        start_ms=frame.start_ms,
        end_ms=frame.end_ms,
        canvas_id=job_id,
        encoding=encoding,
    )


def frame_message(row: EncodedRow, followed: FollowedFrame, sent_ms: int) -> bytes:
    """The whole message for one viewer."""
    frame = followed.frame
    return finish_frame(
        row,
        number=frame.number,
        highest=frame.highest,
        lowest=frame.lowest,
        sent_ms=sent_ms,
        dropped=followed.dropped,
    )


def end_message(sent_ms: int, last_number: int, dropped: int) -> bytes:
    """Nothing follows; the number is that of the last frame, so that a viewer sees that nothing is missing."""
    return encode_end(number=last_number, sent_ms=sent_ms, dropped=dropped)
