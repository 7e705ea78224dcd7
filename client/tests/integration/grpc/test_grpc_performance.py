"""Story 1, task 1.5: the stream keeps its pace."""

import pytest
from client.tests.integration.grpc.conftest import Configure, Job

from nexy_client import GrpcStreamClient

pytestmark = pytest.mark.slow
LIVE_FRAMES = 60
FRAMES_PER_SECOND, LATENCY_P95_SECONDS, JITTER_SECONDS = 10, 1.0, 0.5


def test_grpc_stream_continuous_delivery(client: GrpcStreamClient, configure: Configure) -> None:
    """A live stream comes at its row rate, without a lost frame; the time between frames varies little."""
    job = configure(live=True)
    client.connect(job.answer.stream_url, job.answer.stream_port)
    frames = list(client.stream_spectrograms(job.answer.job_id, LIVE_FRAMES))
    numbers = [frame.frame_number for frame in frames]
    assert numbers == list(range(numbers[0], numbers[0] + LIVE_FRAMES))
    assert frames[-1].dropped_frames == frames[0].dropped_frames
    seen = client.get_metrics()
    assert seen.drops == 0
    assert seen.avg_frame_rate > FRAMES_PER_SECOND
    assert seen.avg_frame_rate == pytest.approx(1 / job.answer.lines_dt, rel=0.5)
    assert seen.jitter < JITTER_SECONDS


def test_grpc_stream_performance_metrics(connected: GrpcStreamClient, job: Job) -> None:
    """More than 10 frames/s, latency p95 below 1 s, and every figure of the metrics is there."""
    received = sum(frame.size_bytes for frame in connected.stream_spectrograms(job.answer.job_id))
    seen = connected.get_metrics()
    assert seen.avg_frame_rate > FRAMES_PER_SECOND
    assert seen.latency_p50 is not None
    assert seen.latency_p95 is not None
    assert seen.latency_p99 is not None
    assert seen.latency_p50 <= seen.latency_p95 <= seen.latency_p99
    assert seen.latency_p95 < LATENCY_P95_SECONDS
    assert seen.bytes_received == received
    assert seen.bandwidth_mb_s > 0
    assert (seen.errors_count, seen.drops) == (0, 0)
