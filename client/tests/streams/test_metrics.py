"""What a client has seen of its streams."""

import pytest
from client.tests.streams.examples import SetClock

from nexy_client.streams import Frame
from nexy_client.streams.metrics import MetricsCollector, StreamMetrics
from nexy_client.streams.settings import Clock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def collector(clock: SetClock) -> MetricsCollector:
    return MetricsCollector(Clock(monotonic=clock.monotonic, epoch=clock.epoch))


def frame(number: int, *, sent_ms: int = 0, size: int = 1_000_000) -> Frame:
    return Frame(frame_number=number, server_timestamp=sent_ms, size_bytes=size)


def test_a_steady_stream(collector: MetricsCollector, clock: SetClock) -> None:
    """Ten frames, 40 ms apart, each on its way for 5 ms: rate, bandwidth and latency follow; jitter is none."""
    meter = collector.stream()
    clock.forward(0.5)
    for number in range(1, 11):
        meter.frame(frame(number, sent_ms=round((clock.epoch() - 0.005) * 1000)))
        clock.forward(0.04)
    seen = collector.snapshot()
    assert (seen.frames_received, seen.bytes_received, seen.drops) == (10, 10_000_000, 0)
    assert seen.first_frame_latency == pytest.approx(0.5)
    assert seen.avg_frame_rate == pytest.approx(25)
    assert seen.bandwidth_mb_s == pytest.approx(25)
    assert seen.jitter == pytest.approx(0, abs=1e-9)
    assert seen.latency_p50 == pytest.approx(0.005, rel=0.15)
    assert seen.latency_p99 == pytest.approx(0.005, rel=0.15)


def test_jitter_is_the_deviation_of_the_time_between_frames(collector: MetricsCollector, clock: SetClock) -> None:
    """30 and 50 ms in turns deviate by 10 ms."""
    meter = collector.stream()
    meter.frame(frame(1))
    for number in range(2, 22):
        clock.forward(0.03 if number % 2 else 0.05)
        meter.frame(frame(number))
    assert collector.snapshot().jitter == pytest.approx(0.01)


def test_missing_numbers_are_drops(collector: MetricsCollector) -> None:
    """A gap counts as many as it skips; a repeat or a stream that joins late counts nothing."""
    meter = collector.stream()
    for number in (1000, 1001, 1004, 1003, 1005):
        meter.frame(frame(number))
    assert collector.snapshot().drops == 2


def test_the_time_between_streams_is_not_part_of_the_rate(collector: MetricsCollector, clock: SetClock) -> None:
    """Two streams at 10 frames/s with an hour between them still come at 10 frames/s."""
    for _ in range(2):
        meter = collector.stream()
        for number in range(1, 4):
            meter.frame(frame(number))
            clock.forward(0.1)
        clock.forward(3600)
    assert collector.snapshot().avg_frame_rate == pytest.approx(10)


def test_a_server_without_a_clock_has_no_latency(collector: MetricsCollector) -> None:
    """Timestamp 0 is none; nothing is guessed."""
    collector.stream().frame(frame(1))
    assert collector.snapshot().latency_p50 is None


def test_nothing_was_seen(collector: MetricsCollector) -> None:
    """Everything is zero or None."""
    assert collector.snapshot() == StreamMetrics()


def test_errors_retries_and_the_connection(collector: MetricsCollector) -> None:
    """They are counted as told."""
    collector.error()
    collector.error()
    collector.retry()
    collector.connected(0.25)
    seen = collector.snapshot()
    assert (seen.errors_count, seen.retries, seen.connect_latency) == (2, 1, 0.25)
