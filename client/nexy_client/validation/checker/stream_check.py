"""One stream of a check, on a connection of its own."""

import asyncio
from contextlib import aclosing

from nexy_client.streams.async_grpc_stream_client import AsyncGrpcStreamClient
from nexy_client.streams.failure import StreamError
from nexy_client.validation.checker.configuring import Configured
from nexy_client.validation.checker.order import CheckOrder, Progress, Watcher
from nexy_client.validation.expectation import row_s_of, window_s_of
from nexy_client.validation.failures import code_of
from nexy_client.validation.finding import FindingLog, Severity
from nexy_client.validation.report import StreamReport
from nexy_client.validation.rule import Figure
from nexy_client.validation.rules.stall import longest_pause_s
from nexy_client.validation.stream_validator import StreamValidator

# A range is read to its end, however long that takes; each wait for a frame has a limit of its own.
_RANGE_S = 7 * 86_400.0
_SLACK_S = 60.0
_LEAST_GAP_S = 1.0
_PROGRESS_FRAMES = 5
_PIECES, _LEAST_PIECES = 2, 3


def reading_s(order: CheckOrder, piece_s: float) -> float:
    """How long a live stream is read: less than a few pieces tells nothing of a source that delivers in pieces."""
    return max(order.seconds, _LEAST_PIECES * piece_s)


class StreamCheck:
    """Connects, reads until there is enough, and judges; never raises for what the server does."""

    def __init__(
        self, order: CheckOrder, configured: Configured, stream_id: int, log: FindingLog, watcher: Watcher
    ) -> None:
        self._order = order
        self._configured = configured
        self._stream_id = stream_id
        self._log = log
        self._watcher = watcher
        self._is_live = configured.asked.is_live is not False
        self._piece_s = configured.asked.piece_s if self._is_live else 0.0
        self._seconds = reading_s(order, self._piece_s)
        self._client = self._new_client()

    def _new_client(self) -> AsyncGrpcStreamClient:
        """As patient as it takes to see by how much a limit is missed."""
        order, limits, answer = self._order, self._order.limits, self._configured.answer
        pause_s = longest_pause_s(limits, row_s_of(answer), self._piece_s)
        first_s = limits.first_frame_s + window_s_of(answer) + _PIECES * self._piece_s
        return AsyncGrpcStreamClient(
            connection_timeout=2 * limits.connect_s,
            stream_timeout=self._seconds + _SLACK_S if self._is_live else _RANGE_S,
            use_tls=order.security.tls,
            ca_certificate=order.security.ca,
            server_name=order.security.server_name or None,
            metadata=order.metadata,
            gap_timeout=max(2 * first_s, 3 * pause_s, _LEAST_GAP_S),
        )

    async def run(self) -> StreamReport | None:
        """The report; None where no connection could be made, which is a finding of the whole check."""
        try:
            await self._client.connect(*self._configured.address)
        except StreamError as error:
            self._log.note(code_of(error), value=str(error), expected=error.status or None)
            return None
        try:
            return await self._stream()
        finally:
            await self._client.disconnect()

    async def _stream(self) -> StreamReport:
        validator = StreamValidator(
            self._configured.answer,
            self._stream_id,
            self._order.limits,
            asked=self._configured.asked,
            encoding=self._order.encoding,
            max_frames=self._order.frames,
            retries=lambda: self._client.get_metrics().retries,
            repeats=lambda: self._client.get_metrics().repeats,
        )
        enough = False
        try:
            async with asyncio.timeout(self._seconds if self._is_live else None):
                await self._read(validator)
        except TimeoutError:
            enough = True
        except StreamError as error:
            validator.failed(error)
        self._judge_connection()
        return validator.finish(complete=not enough, figures=self._client_figures())

    async def _read(self, validator: StreamValidator) -> None:
        frames = self._client.stream_spectrograms(
            self._configured.answer.job_id,
            self._order.frames,
            stream_id=self._stream_id,
            encoding=self._order.encoding,
            include_end=True,
        )
        async with aclosing(frames):
            async for frame in frames:
                validator.feed(frame)
                if validator.overrun:
                    break
                if validator.frames % _PROGRESS_FRAMES == 0:
                    self._watcher(self._progress(validator))
        self._watcher(self._progress(validator))

    def _progress(self, validator: StreamValidator) -> Progress:
        due, row_s = self._order.frames or self._configured.asked.rows, row_s_of(self._configured.answer)
        if due is None and self._is_live and row_s:
            due = round(self._seconds / row_s)
        errors = {one.code for one in validator.findings if one.severity is Severity.ERROR}
        return Progress(
            stream=self._stream_id, frames=validator.frames, seconds=validator.seconds, due=due, problems=len(errors)
        )

    def _judge_connection(self) -> None:
        metrics, limits = self._client.get_metrics(), self._order.limits
        if metrics.connect_latency is not None and metrics.connect_latency > limits.connect_s:
            self._log.note("connect_time", value=round(metrics.connect_latency, 3), expected=limits.connect_s)
        if metrics.retries > limits.reconnects:
            self._log.note("reconnects", value=metrics.retries, expected=limits.reconnects)

    def _client_figures(self) -> tuple[Figure, ...]:
        metrics = self._client.get_metrics()
        return (
            Figure(name="connect_time", value=metrics.connect_latency or 0.0, unit="s"),
            Figure(name="bandwidth", value=metrics.bandwidth_mb_s, unit="MB/s"),
            Figure(name="reconnects", value=metrics.retries),
        )
