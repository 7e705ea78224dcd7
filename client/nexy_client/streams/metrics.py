"""What a client has seen of its streams."""

import threading
from dataclasses import dataclass
from math import sqrt

from nexy_client.streams.histogram import DurationHistogram
from nexy_client.streams.settings import Clock
from nexy_protocol.frame import Frame

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamMetrics:
    """Since the client was made: seconds, frames per second, and megabytes (1e6 bytes) per second.

    `first_frame_latency` is from the call of the newest stream to its first frame. `jitter` is the standard deviation
    of the time between frames. `latency_*` is from the server's sending (its clock, whole milliseconds) to the frame's
    arrival; the two clocks must agree. `drops` are numbers missing between frames, `repeats` frames
    that a server sent again after a retry. None where nothing was seen.
    """

    frames_received: int = 0
    bytes_received: int = 0
    connect_latency: float | None = None
    first_frame_latency: float | None = None
    avg_frame_rate: float = 0.0
    jitter: float = 0.0
    latency_p50: float | None = None
    latency_p95: float | None = None
    latency_p99: float | None = None
    drops: int = 0
    errors_count: int = 0
    retries: int = 0
    repeats: int = 0
    bandwidth_mb_s: float = 0.0


class MetricsCollector:
    """Collects from however many streams and threads; memory does not grow with the frames."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._latencies = DurationHistogram()
        self._connect_latency: float | None = None
        self._first_frame_latency: float | None = None
        self._frames = self._bytes = self._drops = self._errors = self._retries = self._repeats = 0
        # Welford's sums over the time between frames; the bytes are of the frames behind those times.
        self._gaps, self._gap_bytes, self._gap_sum = 0, 0, 0.0
        self._gap_mean = self._gap_squares = 0.0

    def connected(self, seconds: float) -> None:
        """A connection stands."""
        self._connect_latency = seconds

    def error(self) -> None:
        """Something went wrong, mended or not."""
        with self._lock:
            self._errors += 1

    def retry(self) -> None:
        """A call was made again."""
        with self._lock:
            self._retries += 1

    def repeat(self) -> None:
        """A frame came that had come before, and was left out."""
        with self._lock:
            self._repeats += 1

    def stream(self) -> "StreamMeter":
        """A stream begins."""
        return StreamMeter(self, self._clock)

    def snapshot(self) -> StreamMetrics:
        """Everything so far."""
        with self._lock:
            quantile = self._latencies.quantile
            return StreamMetrics(
                frames_received=self._frames,
                bytes_received=self._bytes,
                connect_latency=self._connect_latency,
                first_frame_latency=self._first_frame_latency,
                avg_frame_rate=self._gaps / self._gap_sum if self._gap_sum else 0.0,
                jitter=sqrt(self._gap_squares / self._gaps) if self._gaps else 0.0,
                latency_p50=quantile(0.5),
                latency_p95=quantile(0.95),
                latency_p99=quantile(0.99),
                drops=self._drops,
                errors_count=self._errors,
                retries=self._retries,
                repeats=self._repeats,
                bandwidth_mb_s=self._gap_bytes / self._gap_sum / _MEGABYTE if self._gap_sum else 0.0,
            )

    def add(self, frame: Frame, *, latency: float | None, gap: float | None, missing: int) -> None:
        """Take down one frame."""
        with self._lock:
            self._frames += 1
            self._bytes += frame.size_bytes
            self._drops += missing
            if latency is not None:
                self._latencies.note(latency)
            if gap is not None:
                self._gaps += 1
                self._gap_sum += gap
                self._gap_bytes += frame.size_bytes
                above = gap - self._gap_mean
                self._gap_mean += above / self._gaps
                self._gap_squares += above * (gap - self._gap_mean)

    def first_frame(self, seconds: float) -> None:
        """A stream has begun to deliver."""
        self._first_frame_latency = seconds


class StreamMeter:
    """One stream's part of it."""

    def __init__(self, collector: MetricsCollector, clock: Clock) -> None:
        self._collector = collector
        self._clock = clock
        self._began = clock.monotonic()
        self._last_arrival: float | None = None
        self._last_number = 0

    def frame(self, frame: Frame) -> None:
        """Take down one frame that has just arrived."""
        now = self._clock.monotonic()
        gap = None if self._last_arrival is None else now - self._last_arrival
        if gap is None:
            self._collector.first_frame(now - self._began)
        latency = self._clock.epoch() - frame.server_timestamp / 1000 if frame.server_timestamp else None
        missing = frame.frame_number - self._last_number - 1 if self._last_number else 0
        self._collector.add(frame, latency=latency, gap=gap, missing=max(missing, 0))
        self._last_arrival = now
        self._last_number = max(frame.frame_number, self._last_number)
