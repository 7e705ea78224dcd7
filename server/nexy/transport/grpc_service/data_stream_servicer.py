"""The service of sensor streams: reads the request, hands it down, writes the frames that come back."""

import asyncio
import time
from typing import Any, assert_never

import grpc

from nexy.contracts.errors import DeadlineExceeded
from nexy.contracts.module import ModuleState
from nexy.contracts.streams import FollowedFrame
from nexy.transport.grpc_service.call_record import current_call
from nexy.transport.grpc_service.error_code_mapper import Context, ErrorCodeMapper, send
from nexy.transport.grpc_service.shared_encoding import SharedEncoding, WatchedStream
from nexy.transport.grpc_service.stream_codec import end_message, follow_request, read_request
from nexy.utils.stream_metrics import StreamMetrics
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration, StreamEnd, StreamEvent
from nexy_protocol import datastream_pb2 as pb

DATA_STREAM_SERVICE = pb.DESCRIPTOR.services_by_name["DataStreamService"].full_name


class DataStreamServicer:
    """The two RPCs of `datastream.proto`; frames leave as bytes that are ready."""

    def __init__(
        self, workflow: SensorStreamWorkflowIntegration, metrics: StreamMetrics, encodings: SharedEncoding, version: str
    ) -> None:
        self._workflow = workflow
        self._metrics = metrics
        self._encodings = encodings
        self._version = version
        self._errors = ErrorCodeMapper(truncates=False)

    def is_serving(self) -> bool:
        """Whether the service can take work now."""
        return self._workflow.accepts_work

    def register(self, server: grpc.aio.Server) -> None:
        """Add the service to a server that has not started; its frames pass without another serialiser."""
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "StreamSpectrograms": grpc.unary_stream_rpc_method_handler(
                self.StreamSpectrograms, request_deserializer=read_request
            ),
            "CheckHealth": grpc.unary_unary_rpc_method_handler(
                self.CheckHealth,
                request_deserializer=pb.HealthRequest.FromString,
                response_serializer=pb.HealthResponse.SerializeToString,
            ),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(DATA_STREAM_SERVICE, handlers),))

    async def StreamSpectrograms(self, request: pb.StreamRequest | None, context: Context) -> None:  # noqa: N802
        """Write the rows of one stream of a job, then its end; every failure is its status."""
        await self._errors.end_truthfully(self._stream(request, context), context)

    async def _stream(self, request: pb.StreamRequest | None, context: Context) -> None:
        current_call.get().begin_turn()
        wanted, encoding = follow_request(request)
        stream = WatchedStream(job_id=wanted.job_id, stream_id=wanted.stream_id, encoding=encoding)
        async with self._workflow.watch(wanted) as events:
            with self._metrics.viewer(), self._encodings.viewer(stream):
                dropped = 0
                async for event in events:
                    message = self._message(stream, event)
                    await self._send(context, message)
                    if isinstance(event, FollowedFrame):
                        self._metrics.sent(encoding.name.lower(), len(message))
                        self._metrics.dropped(event.dropped - dropped)
                        dropped = event.dropped

    def _message(self, stream: WatchedStream, event: StreamEvent) -> bytes:
        match event:
            case FollowedFrame():
                return self._encodings.message(stream, event, _now_ms())
            case StreamEnd():
                return end_message(_now_ms(), event.last_number, event.dropped)
            case _:
                assert_never(event)

    async def _send(self, context: Context, message: bytes) -> None:
        """Raises `DeadlineExceeded` when the client has stopped reading; meanwhile it holds this one message."""
        patience = self._workflow.patience_seconds
        call = current_call.get()
        try:
            async with asyncio.timeout(patience):
                await send(context, message)
        except TimeoutError:
            raise DeadlineExceeded(f"the client has read nothing for {patience:g} s", code="viewer_stalled") from None
        call.data_sent = True
        call.first_sound()

    async def CheckHealth(self, request: pb.HealthRequest, context: Context) -> pb.HealthResponse:  # noqa: N802
        """Whether this service can take work, and why not."""
        status = self._workflow.status()
        state = status.state.value
        if status.state is not ModuleState.RUNNING and status.detail:
            state = f"{state}: {status.detail}"
        elif not self.is_serving():
            state = "stopping or switched off"
        return pb.HealthResponse(healthy=self.is_serving(), version=self._version, status=state)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
