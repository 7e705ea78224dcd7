"""The gRPC server's life: built over the coordinator, started, drained, stopped."""

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from nexy.config.sections import GrpcConfig
from nexy.contracts.errors import StartFailed
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.transport.grpc_service.data_stream_servicer import DATA_STREAM_SERVICE, DataStreamServicer
from nexy.transport.grpc_service.grpc_interceptor import LoggingInterceptor
from nexy.transport.grpc_service.grpc_server import VoiceServicer
from nexy.transport.grpc_service.health_servicer import HealthServicer
from nexy.transport.grpc_service.running_calls import RunningCalls
from nexy.utils.addresses import joined
from nexy.utils.metrics_collector import MetricsCollector
from nexy_protocol import streaming_pb2
from nexy_protocol.streaming_pb2_grpc import add_StreamingServiceServicer_to_server

VOICE_SERVICE = streaming_pb2.DESCRIPTOR.services_by_name["StreamingService"].full_name
HEALTH_SERVICE = "grpc.health.v1.Health"
_CLIENTS_PING_MS = 5_000


class GrpcServiceManager:
    """Owns the listening server; `servicer` and `streams` are what answers, `section` where it listens."""

    def __init__(
        self,
        section: GrpcConfig,
        servicer: VoiceServicer,
        metrics: MetricsCollector,
        *,
        with_reflection: bool,
        streams: DataStreamServicer | None = None,
    ) -> None:
        self._section = section
        self._servicer = servicer
        self._streams = streams
        self._metrics = metrics
        self._with_reflection = with_reflection
        self._calls = RunningCalls()
        self._server: grpc.aio.Server | None = None
        self._state = ModuleState.STARTING
        self.address = ""

    async def initialize(self) -> None:
        """Listen; raises `StartFailed` that names the key when the port cannot be had."""
        interceptors = [self._calls, LoggingInterceptor(self._metrics)]
        server = grpc.aio.server(interceptors=interceptors, options=self._options())
        own = {DATA_STREAM_SERVICE: self._streams.is_serving} if self._streams else {}
        services = (VOICE_SERVICE, HEALTH_SERVICE, *own)
        self._health = HealthServicer(services, own)
        add_StreamingServiceServicer_to_server(self._servicer, server)
        if self._streams is not None:
            self._streams.register(server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if self._with_reflection:
            reflection.enable_server_reflection((*services, reflection.SERVICE_NAME), server)
        wanted = joined(self._section.host, self._section.port)
        try:
            port = server.add_insecure_port(wanted)
        except RuntimeError as taken:
            raise StartFailed(
                f"grpc.port: cannot listen on {wanted}: the port is taken or the host is not ours; "
                "set GRPC_PORT or GRPC_HOST",
                field="grpc.port",
            ) from taken
        await server.start()
        self._server = server
        self.address = joined(self._section.host, port)
        self._state = ModuleState.RUNNING

    def _options(self) -> list[tuple[str, int]]:
        patience_ms = round(self._section.keepalive_timeout_seconds * 1000)
        return [
            ("grpc.max_receive_message_length", self._section.max_message_bytes),
            ("grpc.max_send_message_length", self._section.max_send_bytes),
            ("grpc.so_reuseport", 0),
            # A client whose machine or network is gone says nothing of it: it is asked, and let go without an answer.
            ("grpc.keepalive_time_ms", round(self._section.keepalive_seconds * 1000)),
            ("grpc.keepalive_timeout_ms", patience_ms),
            # Without it the answer to a question has a minute, whatever the line above says.
            ("grpc.http2.ping_timeout_ms", patience_ms),
            ("grpc.http2.max_pings_without_data", 0),
            # Clients may ask as well; by default two questions within five minutes of silence end the connection.
            ("grpc.http2.min_ping_interval_without_data_ms", _CLIENTS_PING_MS),
        ]

    def status(self) -> ModuleStatus:
        """Where the server stands."""
        return ModuleStatus(state=self._state, detail=self.address)

    def announce_stop(self) -> None:
        """Health says NOT_SERVING and its watchers are let go."""
        if self._server is not None:
            self._health.stop()

    async def cleanup(self, grace_seconds: float = 0.0) -> None:
        """Take no new call, let running ones finish for so long, then cancel the rest.

        A second call while the first still waits shortens the grace: 0 ends running calls at once.
        """
        if self._server is not None:
            self._health.stop()
            await self._server.stop(grace_seconds or None)
            await self._calls.ended()
            self._state = ModuleState.STOPPED
