"""One stream from its order to its last frame: retries, resuming, deadlines; no input or output of its own."""

from collections.abc import Mapping

from nexy_client.streams.failure import (
    FrameUnreadable,
    JobNotReady,
    PackedBlockUnreadable,
    StreamError,
    StreamTimedOut,
)
from nexy_client.streams.metrics import MetricsCollector
from nexy_client.streams.settings import Clock, StreamOrder, StreamSettings
from nexy_client.streams.trouble import UNAVAILABLE, Teller, Trouble, truncated
from nexy_protocol.datastream_pb2 import Encoding as WireEncoding
from nexy_protocol.datastream_pb2 import StreamRequest
from nexy_protocol.frame import Frame
from nexy_protocol.frame_reading import read_frame
from nexy_protocol.wire_format import BlockMalformed, FrameMalformed

_POLL_SECONDS = 0.25


class Following:
    """Decides what to ask next and what to do with what came. The shell calls, reads, waits.

    The shell makes a call with `request` and `seconds_left`, hands each message to `received`, and the end of the call
    to `ended` (status OK) or `failed`; it goes on until `finished`.
    """

    def __init__(self, order: StreamOrder, teller: Teller, metrics: MetricsCollector, clock: Clock) -> None:
        self._order = order
        self._teller = teller
        self._settings: StreamSettings = teller.settings
        self._metrics = metrics
        self._clock = clock
        self._meter = metrics.stream()
        self._began = clock.monotonic()
        self._frames = 0
        self.last_number = order.resume_after_frame
        self._failures = 0
        # Frames up to this number are repeats; only right after a resumed call.
        self._repeats_up_to = 0
        # Everything that was asked for has come.
        self._complete = False
        self.finished = False

    @property
    def seconds_left(self) -> float:
        """Until the deadline of the whole stream."""
        return self._settings.stream_timeout - (self._clock.monotonic() - self._began)

    def request(self) -> StreamRequest:
        """What to ask now: what is still missing."""
        order = self._order
        return StreamRequest(
            job_id=order.job_id,
            max_frames=order.max_frames - self._frames if order.max_frames else 0,
            stream_id=order.stream_id,
            encoding=WireEncoding.ValueType(order.encoding),
            resume_after_frame=self.last_number,
        )

    def received(self, data: bytes) -> Frame | None:
        """The frame to give on; None for a repeat and for the end. Raises `FrameUnreadable`."""
        try:
            frame = read_frame(data)
        except FrameMalformed as broken:
            self._metrics.error()
            raise _unreadable(broken, self.last_number) from broken
        if frame.end_of_stream and not frame.rows:
            self._is_complete()
            return frame if self._order.include_end else None
        if 0 < frame.frame_number <= self._repeats_up_to:
            self._metrics.repeat()
            return None
        return self._taken(frame)

    def _taken(self, frame: Frame) -> Frame:
        self._failures = self._repeats_up_to = 0
        self._meter.frame(frame)
        self._frames += 1
        # A frame that came out of order does not make the ones behind it come again; 0 is a server without numbers.
        self.last_number = max(self.last_number, frame.frame_number) if frame.frame_number else 0
        if frame.end_of_stream or self._frames == self._order.max_frames:
            self._is_complete()
        return frame

    def _is_complete(self) -> None:
        """Who wants to see the end waits for the server to close the call."""
        self._complete = True
        self.finished = not self._order.include_end

    def ended(self, trailers: Mapping[str, str]) -> float:
        """The call ended with status OK: 0.0 and finished, or as `failed` where it had broken off."""
        trouble = truncated(trailers)
        if trouble is not None and not self.finished:
            return self.failed(trouble)
        self.finished = True
        return 0.0

    def failed(self, trouble: Trouble) -> float:
        """Seconds to wait before the next call; raises where there is none."""
        if trouble.starting and not self._frames:
            return self._while_starting(trouble)
        self._metrics.error()
        problem = self._teller.told(trouble, self._order.job_id)
        self._failures += 1
        if trouble.status != UNAVAILABLE or not problem.retryable or not self._may_go_on():
            raise problem
        pause = self._settings.retry_delay
        if pause >= self.seconds_left:
            raise StreamTimedOut(f"{problem} (and stream_timeout is over)", status=trouble.status) from problem
        self._metrics.retry()
        self._repeats_up_to = self.last_number
        return pause

    def _may_go_on(self) -> bool:
        """Whether another try is left and would not repeat anything: unnumbered frames cannot be resumed."""
        resumable = not self._frames or self.last_number > 0
        return resumable and not self._complete and self._failures < self._settings.retry_attempts

    def _while_starting(self, trouble: Trouble) -> float:
        waited = self._clock.monotonic() - self._began
        left = min(self._settings.job_start_timeout - waited, self.seconds_left)
        if left <= 0:
            self._metrics.error()
            raise JobNotReady(
                f"job {self._order.job_id} was still starting after {waited:.1f} s ({trouble.details}). Give a longer "
                "job_start_timeout, or ask GET /focus-server/jobs/ID what it waits for",
                status=trouble.status,
                retryable=True,
            )
        return min(_POLL_SECONDS, left)

    def stalled(self) -> StreamError:
        """The error to raise when no frame came for gap_timeout."""
        self._metrics.error()
        return self._teller.stalled(self.last_number)


def _unreadable(broken: FrameMalformed, last_number: int) -> FrameUnreadable:
    kind = PackedBlockUnreadable if isinstance(broken, BlockMalformed) else FrameUnreadable
    return kind(
        f"what came after frame {last_number} is no frame: {broken}. Do server and client speak the same "
        "datastream.proto?"
    )
