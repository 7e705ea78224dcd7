"""Story 1, task 1.3: the stream connects, begins, refuses clearly and ends."""

import time

import pytest
from client.tests.integration.grpc.conftest import Configure, Job

from nexy_client import FocusClient, GrpcStreamClient
from nexy_client.streams import Encoding, JobNotFound

pytestmark = pytest.mark.slow
CONNECT_SECONDS, FIRST_FRAME_SECONDS = 10, 5


def test_grpc_stream_connects_successfully(client: GrpcStreamClient, job: Job) -> None:
    """connect() is true and takes less than 10 s; the server says that it is healthy."""
    began = time.monotonic()
    assert client.connect(job.answer.stream_url, job.answer.stream_port) is True
    assert time.monotonic() - began < CONNECT_SECONDS
    assert client.check_health().healthy
    took = client.get_metrics().connect_latency
    assert took is not None
    assert took < CONNECT_SECONDS


@pytest.mark.parametrize("encoding", list(Encoding), ids=lambda encoding: encoding.name)
def test_grpc_stream_delivers_first_frame(connected: GrpcStreamClient, job: Job, encoding: Encoding) -> None:
    """The first frame comes within 5 s of the call, in every encoding, and holds data."""
    frame = next(connected.stream_spectrograms(job.answer.job_id, max_frames=1, encoding=encoding))
    assert frame.frame_number == 1
    assert frame.to_numpy().size > 0
    assert frame.to_numpy().max() > 0
    took = connected.get_metrics().first_frame_latency
    assert took is not None
    assert took < FIRST_FRAME_SECONDS


@pytest.mark.parametrize("job_id", ["12-99999999", "no such job", ""])
def test_grpc_stream_handles_invalid_job_id(connected: GrpcStreamClient, job: Job, job_id: str) -> None:
    """The error names the job and says what to do, and the connection stays usable."""
    with pytest.raises(JobNotFound) as refused:
        next(connected.stream_spectrograms(job_id))
    assert job_id in str(refused.value)
    assert "not found" in str(refused.value)
    assert "configure a new one" in str(refused.value)
    assert next(connected.stream_spectrograms(job.answer.job_id)).rows


def test_grpc_stream_stops_on_job_completion(connected: GrpcStreamClient, job: Job, focus: FocusClient) -> None:
    """A recorded range ends by itself, after exactly its rows, without a gap and without waiting for a timeout."""
    frames = list(connected.stream_spectrograms(job.answer.job_id, include_end=True))
    assert frames[-1].end_of_stream
    assert [frame.frame_number for frame in frames[:-1]] == list(range(1, len(frames)))
    assert len(frames) - 1 == focus.metadata(job.answer.job_id).rows
    assert focus.job(job.answer.job_id).status == "completed"


def test_grpc_stream_stops_when_the_job_is_ended(
    client: GrpcStreamClient, configure: Configure, focus: FocusClient
) -> None:
    """Deleting a live job ends its stream."""
    job = configure(live=True)
    client.connect(job.answer.stream_url, job.answer.stream_port)
    frames = client.stream_spectrograms(job.answer.job_id)
    assert next(frames).rows
    focus.end_job(job.answer.job_id)
    began = time.monotonic()
    left = sum(1 for _ in frames)
    assert time.monotonic() - began < CONNECT_SECONDS
    assert left < 100
    assert focus.job(job.answer.job_id).status == "cancelled"
