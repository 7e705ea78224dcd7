"""Retries, resuming and deadlines of one stream, without a connection."""

from typing import Any

import pytest
from client.tests.streams.examples import SetClock, frame_bytes

from nexy_client.streams import failure
from nexy_client.streams.address import Address
from nexy_client.streams.following import Following
from nexy_client.streams.metrics import MetricsCollector
from nexy_client.streams.settings import Clock, StreamOrder, StreamSettings
from nexy_client.streams.trouble import Teller, Trouble
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame_codec import encode_end

LOST = Trouble(status="UNAVAILABLE", details="Socket closed")
STARTING = Trouble(status="UNAVAILABLE", details="job 1-2 is still starting")


class Stream:
    """A Following with a clock that stands, and its metrics."""

    def __init__(self, settings: dict[str, Any] | None = None, **order: Any) -> None:
        self.clock = SetClock()
        clock = Clock(monotonic=self.clock.monotonic, epoch=self.clock.epoch)
        self.metrics = MetricsCollector(clock)
        address = Address(host="server", port=50051, tls=False)
        teller = Teller(address=address, settings=StreamSettings(**(settings or {})))
        self.following = Following(StreamOrder(job_id="1-2", **order), teller, self.metrics, clock)

    def receive(self, *numbers: int) -> list[int]:
        """Give these frames; the numbers of those that are given on."""
        found = [self.following.received(frame_bytes(number)) for number in numbers]
        return [frame.frame_number for frame in found if frame is not None]


def test_the_first_request_is_the_order() -> None:
    """Every field of the contract."""
    order = {"max_frames": 7, "stream_id": 3, "encoding": Encoding.PACKED_U8, "resume_after_frame": 40}
    request = Stream(**order).following.request()
    assert (request.job_id, request.max_frames, request.stream_id) == ("1-2", 7, 3)
    assert (request.encoding, request.resume_after_frame) == (2, 40)


def test_a_lost_connection_goes_on_behind_the_last_frame() -> None:
    """What is asked next is only what is missing."""
    stream = Stream(max_frames=10)
    assert stream.receive(1, 2, 3) == [1, 2, 3]
    assert stream.following.failed(LOST) == 2.0
    request = stream.following.request()
    assert (request.resume_after_frame, request.max_frames) == (3, 7)
    assert stream.receive(4, 5) == [4, 5]
    assert stream.metrics.snapshot().retries == 1


def test_a_server_that_cannot_resume_does_not_make_frames_repeat() -> None:
    """Frames up to the last one are left out after a resumed call, and only there."""
    stream = Stream()
    stream.receive(1, 2, 3)
    stream.following.failed(LOST)
    assert stream.receive(1, 2, 3, 4, 4, 2) == [4, 4, 2]
    assert stream.metrics.snapshot().frames_received == 6


def test_faults_of_the_stream_itself_are_given_on() -> None:
    """Who judges a stream must see its repeats and its disorder."""
    assert Stream().receive(1, 3, 3, 2) == [1, 3, 3, 2]


def test_disorder_does_not_make_frames_repeat() -> None:
    """What is asked for after a loss lies behind the highest number, wherever the last frame stood."""
    stream = Stream()
    stream.receive(1, 3, 2)
    stream.following.failed(LOST)
    assert stream.following.request().resume_after_frame == 3
    assert stream.receive(3, 4) == [4]


def test_it_gives_up_after_so_many_tries_without_a_frame() -> None:
    """Three tries in all: two pauses, then the error; a frame in between begins the count anew."""
    stream = Stream()
    stream.receive(1)
    stream.following.failed(LOST)
    stream.following.failed(LOST)
    stream.receive(2)
    stream.following.failed(LOST)
    stream.following.failed(LOST)
    with pytest.raises(failure.ServerLost, match=r"server:50051 is unavailable: Socket closed.*3 tries"):
        stream.following.failed(LOST)
    assert stream.metrics.snapshot().errors_count == 5


def test_repeats_are_no_progress() -> None:
    """A server that sends old frames and breaks off again and again is not followed for ever."""
    stream = Stream()
    stream.receive(1, 2)
    for _ in range(2):
        stream.following.failed(LOST)
        assert stream.receive(1, 2) == []
    with pytest.raises(failure.ServerLost):
        stream.following.failed(LOST)


@pytest.mark.parametrize("status", ["INTERNAL", "NOT_FOUND", "RESOURCE_EXHAUSTED", "UNKNOWN", "ABORTED", "CANCELLED"])
def test_only_unavailable_is_tried_again(status: str) -> None:
    """Every other status is an answer."""
    stream = Stream()
    with pytest.raises(failure.StreamError) as failed:
        stream.following.failed(Trouble(status=status, details="no"))
    assert failed.value.status == status
    assert stream.metrics.snapshot().errors_count == 1


def test_what_cannot_mend_itself_is_not_tried_again() -> None:
    """A certificate is as wrong in two seconds."""
    words = "failed to connect to all addresses; last error: SSL_ERROR_SSL: CERTIFICATE_VERIFY_FAILED: self signed"
    with pytest.raises(failure.CertificateRejected):
        Stream().following.failed(Trouble(status="UNAVAILABLE", details=words))


def test_frames_without_numbers_cannot_be_resumed() -> None:
    """Going on would repeat them, so the loss is told."""
    stream = Stream()
    stream.receive(0, 0)
    with pytest.raises(failure.ServerLost):
        stream.following.failed(LOST)


def test_a_job_that_is_starting_is_polled() -> None:
    """Neither an error nor one of the tries, up to job_start_timeout."""
    stream = Stream()
    for _ in range(100):
        assert stream.following.failed(STARTING) == 0.25
        stream.clock.forward(0.25)
    assert stream.metrics.snapshot().errors_count == 0
    stream.clock.forward(5)
    with pytest.raises(failure.JobNotReady, match=r"still starting after 30\.0 s"):
        stream.following.failed(STARTING)


def test_starting_after_frames_is_a_lost_stream() -> None:
    """A job that has begun cannot be starting."""
    stream = Stream()
    stream.receive(1)
    assert stream.following.failed(STARTING) == 2.0


def test_the_deadline_covers_every_try() -> None:
    """No pause reaches beyond it."""
    stream = Stream({"stream_timeout": 10.0})
    assert stream.following.seconds_left == 10.0
    stream.clock.forward(8.5)
    assert stream.following.seconds_left == pytest.approx(1.5)
    with pytest.raises(failure.StreamTimedOut, match="stream_timeout is over"):
        stream.following.failed(LOST)


def test_the_end_of_a_range() -> None:
    """The end message finishes the stream and is given on only where it is wanted."""
    quiet, told = Stream(), Stream(include_end=True)
    assert quiet.following.received(encode_end(number=3)) is None
    end = told.following.received(encode_end(number=3))
    assert end is not None
    assert end.end_of_stream
    assert quiet.following.finished
    assert told.metrics.snapshot().frames_received == 0


def test_a_last_frame_may_carry_the_end() -> None:
    """Its rows are not lost."""
    stream = Stream()
    frame = stream.following.received(frame_bytes(1) + encode_end())
    assert frame is not None
    assert len(frame.rows) == 1
    assert stream.following.finished


def test_who_wants_to_see_the_end_sees_what_follows_it() -> None:
    """Until the server closes the call: more frames than were asked for, frames after the end; nothing is retried."""
    more = Stream(max_frames=2, include_end=True)
    assert more.receive(1, 2, 3) == [1, 2, 3]
    assert not more.following.finished
    after = Stream(include_end=True)
    after.receive(1)
    after.following.received(encode_end(number=1))
    assert after.receive(2) == [2]
    with pytest.raises(failure.ServerLost):
        after.following.failed(LOST)
    assert more.following.ended({}) == 0.0
    assert more.following.finished


def test_frames_that_were_sent_again_are_counted() -> None:
    """A server that ignores resume_after_frame cannot be seen otherwise."""
    stream = Stream()
    stream.receive(1, 2, 3)
    stream.following.failed(LOST)
    assert stream.receive(1, 2, 3, 4) == [4]
    assert stream.metrics.snapshot().repeats == 3


def test_a_packed_row_that_contradicts_itself_is_told_apart() -> None:
    """The message can be read, the row cannot: another failure, below the same one."""
    block = b"\x10\x02\x18\x02\x20\x01\x3a\x03abc"
    row = b"\x82\x01" + bytes([len(block)]) + block
    with pytest.raises(failure.PackedBlockUnreadable, match=r"3 bytes of packed .* not 2 sensors of 2 bins"):
        Stream().following.received(b"\x0a" + bytes([len(row)]) + row)
    assert issubclass(failure.PackedBlockUnreadable, failure.FrameUnreadable)


def test_enough_frames_are_enough() -> None:
    """A server that ignores max_frames does not make more of them."""
    stream = Stream(max_frames=2)
    stream.receive(1, 2)
    assert stream.following.finished


def test_a_call_that_just_ends_is_an_end() -> None:
    """The documents' older servers have no end message."""
    stream = Stream()
    stream.receive(1)
    assert stream.following.ended({}) == 0.0
    assert stream.following.finished


def test_a_call_that_says_it_broke_off_is_not_an_end() -> None:
    """Status OK with the trailers of a truncated answer is a failure by its kind."""
    stream = Stream()
    stream.receive(1)
    assert stream.following.ended({"nexy-outcome": "truncated", "nexy-error-type": "unavailable"}) == 2.0
    with pytest.raises(failure.StreamFailed, match="broke off"):
        stream.following.ended({"nexy-outcome": "truncated", "nexy-error-type": "internal"})
    assert not stream.following.finished


def test_what_is_no_frame_is_told() -> None:
    """With the frame before it, so that one knows where to look."""
    stream = Stream()
    stream.receive(1, 2)
    with pytest.raises(failure.FrameUnreadable, match="after frame 2 is no frame"):
        stream.following.received(b"\xff")
    assert stream.metrics.snapshot().errors_count == 1


def test_a_silence_is_told_with_what_came_before() -> None:
    """After which frame, and how long."""
    stream = Stream({"gap_timeout": 4.0})
    assert "sent nothing at all for gap_timeout=4 s" in str(stream.following.stalled())
    stream.receive(9)
    assert "sent nothing after frame 9" in str(stream.following.stalled())


@pytest.mark.parametrize(
    "wrong", [{"stream_timeout": 0}, {"gap_timeout": -1}, {"retry_attempts": 0}, {"retry_delay": -1}]
)
def test_impatience_has_bounds(wrong: dict[str, float]) -> None:
    """A setting that cannot work is named at once."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        StreamSettings(**wrong)  # type: ignore[arg-type]
