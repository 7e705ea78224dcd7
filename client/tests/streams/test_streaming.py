"""Both clients on a real connection, frame by frame."""

import time
from collections.abc import Iterable

import grpc
import numpy as np
import pytest
from client.tests.streams.examples import AMPLITUDES, Kind, frame_bytes, watch

from nexy_client.streams import Encoding, failure
from nexy_client.testing.scripted_streams import ScriptedStreams, StreamStep
from nexy_client.testing.steps import Finish, Hang
from nexy_protocol.datastream_pb2 import StreamRequest
from nexy_protocol.frame_codec import encode_end

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


def play(streams: ScriptedStreams, *calls: Iterable[StreamStep]) -> None:
    """Answer the first call with the first script, the second with the second; the last one stays."""
    left = [list(call) for call in calls]
    streams.script = lambda _request: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize("encoding", [Encoding.FLOAT, Encoding.PACKED_F32])
def test_frames_come_as_they_were_sent(kind: Kind, streams: ScriptedStreams, port: int, encoding: Encoding) -> None:
    """Numbers, times, extremes and the array; the end is no frame."""
    now = round(time.time() * 1000)
    play(streams, [*(frame_bytes(number, encoding=encoding, sent_ms=now) for number in (1, 2, 3)), encode_end()])
    seen = watch(kind, port, encoding=encoding)
    assert (seen.error, seen.numbers) == (None, [1, 2, 3])
    frame = seen.frames[0]
    assert np.array_equal(frame.to_numpy(), AMPLITUDES)
    assert (frame.current_max_amp, frame.current_min_amp) == (20.0, 1.0)
    assert [row.startTimestamp for row in frame.rows] == [1039]
    assert (seen.metrics.frames_received, seen.metrics.errors_count, seen.metrics.drops) == (3, 0, 0)
    assert seen.metrics.bytes_received == sum(frame.size_bytes for frame in seen.frames)
    assert seen.metrics.first_frame_latency is not None
    assert seen.metrics.connect_latency is not None


def test_the_order_reaches_the_server(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """Every field, and the metadata with it; packed floats are what is asked for unless told."""
    play(streams, [frame_bytes(number) for number in range(1, 9)])
    settings = {"metadata": [("authorization", "Bearer k")]}
    seen = watch(kind, port, settings, job_id="9-1", max_frames=2, stream_id=3, resume_after_frame=0)
    assert seen.numbers == [1, 2]
    assert streams.requests == [StreamRequest(job_id="9-1", max_frames=2, stream_id=3, encoding="PACKED_F32")]
    assert streams.metadata[0]["authorization"] == "Bearer k"


def test_the_end_is_given_on_where_it_is_wanted(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """Who judges a stream wants to see it."""
    play(streams, [frame_bytes(1), encode_end(number=1)])
    seen = watch(kind, port, include_end=True)
    assert [frame.end_of_stream for frame in seen.frames] == [False, True]


def test_a_blip_is_bridged(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """UNAVAILABLE in the middle costs a retry, no frame, and repeats none."""
    first = [frame_bytes(1), frame_bytes(2), Finish(status=UNAVAILABLE, details="blip")]
    play(streams, first, [frame_bytes(number) for number in (2, 3, 4)])
    seen = watch(kind, port)
    assert (seen.error, seen.numbers) == (None, [1, 2, 3, 4])
    assert [request.resume_after_frame for request in streams.requests] == [0, 2]
    assert (seen.metrics.retries, seen.metrics.errors_count, seen.metrics.drops) == (1, 1, 0)


def test_a_server_that_stays_away_is_told(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """Three tries, then the server's own words."""
    play(streams, [Finish(status=UNAVAILABLE, details="out to lunch")])
    seen = watch(kind, port)
    assert isinstance(seen.error, failure.ServerLost)
    assert "out to lunch" in str(seen.error)
    assert len(streams.requests) == 3


def test_a_job_that_is_starting_is_waited_for(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """It costs time and nothing else."""
    play(streams, [Finish(status=UNAVAILABLE, details="job 12-70788 is still starting")], [frame_bytes(1)])
    seen = watch(kind, port, {"retry_attempts": 1})
    assert (seen.numbers, seen.metrics.errors_count) == ([1], 0)


def test_a_job_that_never_starts_is_told(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """After job_start_timeout, with what to do."""
    play(streams, [Finish(status=UNAVAILABLE, details="job 12-70788 is still starting")])
    seen = watch(kind, port, {"job_start_timeout": 0.1})
    assert isinstance(seen.error, failure.JobNotReady)
    assert "longer job_start_timeout" in str(seen.error)


def test_an_unknown_job_is_told_and_the_connection_stays(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """With the job's name and what to do."""
    play(streams, [Finish(status=grpc.StatusCode.NOT_FOUND, details="job 12-70788 not found")])
    seen = watch(kind, port)
    assert isinstance(seen.error, failure.JobNotFound)
    assert "12-70788" in str(seen.error)
    assert "configure a new one" in str(seen.error)
    assert len(streams.requests) == 1


def test_a_server_that_stops_sending_is_noticed(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """The gap timer ends the call, and the server hears of it."""
    play(streams, [frame_bytes(1), Hang()])
    seen = watch(kind, port, {"gap_timeout": 0.1})
    assert isinstance(seen.error, failure.StreamStalled)
    assert "after frame 1" in str(seen.error)
    assert seen.numbers == [1]
    assert streams.abandoned.wait(5)


def test_a_stream_has_a_deadline(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """A server that hangs does not hold its caller for longer than stream_timeout."""
    play(streams, [frame_bytes(1), Hang()])
    seen = watch(kind, port, {"stream_timeout": 0.3})
    assert isinstance(seen.error, failure.StreamTimedOut)
    assert "stream_timeout=0.3 s" in str(seen.error)


def test_bytes_that_are_no_frame_are_told(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """Not passed over in silence."""
    play(streams, [frame_bytes(1), b"\xff\xff", frame_bytes(2)])
    seen = watch(kind, port)
    assert isinstance(seen.error, failure.FrameUnreadable)
    assert seen.numbers == [1]


def test_a_frame_over_the_limit_is_told(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """64 MiB is the limit, and the sentence says how to stay below it."""
    play(streams, [bytes(64 * 1024 * 1024 + 1)])
    seen = watch(kind, port)
    assert isinstance(seen.error, failure.MessageTooLarge)
    assert "fewer channels" in str(seen.error)


def test_a_stream_that_broke_off_quietly_is_a_failure(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """Status OK with the trailers of a truncated answer does not pass for an end."""
    trailers = (("nexy-outcome", "truncated"), ("nexy-error-type", "internal"))
    play(streams, [frame_bytes(1), Finish(trailers=trailers)])
    assert isinstance(watch(kind, port).error, failure.StreamFailed)


def test_leaving_the_loop_ends_the_call(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """max_frames frees the server even where it would go on."""
    play(streams, [frame_bytes(1), Hang()])
    assert watch(kind, port, max_frames=1).numbers == [1]
    assert streams.abandoned.wait(5)
