"""All doors of one server: opened together, closed in the order that lets running turns finish."""

from collections.abc import Callable

from nexy.config.sections import UnifiedConfig
from nexy.core.server_report import ServerReport
from nexy.transport.grpc_service.data_stream_servicer import DataStreamServicer
from nexy.transport.grpc_service.grpc_server import VoiceServicer
from nexy.transport.grpc_service.grpc_service_manager import GrpcServiceManager
from nexy.transport.grpc_service.shared_encoding import SharedEncoding
from nexy.transport.http_service.api_app import CodeDoors, api_app
from nexy.transport.http_service.focus.door import focus_door
from nexy.transport.http_service.front import Front
from nexy.transport.http_service.http_server import HttpServer, bound_socket
from nexy.transport.http_service.person_doors import supabase_app
from nexy.transport.http_service.status_app import status_app
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.stream_metrics import StreamMetrics
from nexy.version import __version__
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration


class Listeners:
    """gRPC, status, API, and the same doors as Supabase has them."""

    def __init__(
        self,
        config: UnifiedConfig,
        servicer: VoiceServicer,
        sensors: SensorStreamWorkflowIntegration,
        metrics: MetricsCollector,
        report: Callable[[], ServerReport],
        code: CodeDoors,
    ) -> None:
        self._config = config
        self._code = code
        self._metrics = metrics
        self._report = report
        self._sensors = sensors
        encodings = SharedEncoding(config.sensor_streams.encoded_cache_bytes)
        self._grpc = GrpcServiceManager(
            config.grpc,
            servicer,
            metrics,
            with_reflection=config.environment != "prod",
            streams=DataStreamServicer(sensors, StreamMetrics(metrics.registry), encodings, __version__),
        )
        self._http: list[HttpServer] = []
        self.addresses: dict[str, str] = {}

    async def open(self) -> None:
        """Listen everywhere; raises `StartFailed` that names the first port that cannot be had."""
        http, api = self._config.http, self._config.api
        status = status_app(self._report)
        self._add("http", HttpServer(status, bound_socket(http.host, http.port, "http.port", "HTTP_PORT")))
        focus = focus_door(self._sensors, self._grpc_port, __version__, api, self._code.guard())
        routes = api_app(self._report, self._metrics, __version__, self._code, (focus,))
        self._add("api", HttpServer(routes, bound_socket(api.host, api.port, "api.port", "API_PORT"), api.limits))
        if self._code.persons is not None and isinstance(routes, Front):
            self._add("supabase", self._supabase(routes))
        await self._grpc.initialize()
        self.addresses["grpc"] = self._grpc.address
        for server in self._http:
            server.start()

    def _supabase(self, front: Front) -> HttpServer:
        own, api = self._config.supabase, self._config.api
        app = supabase_app(front, self._code.person_routes(), api, own.host)
        return HttpServer(app, bound_socket(own.host, own.port, "supabase.port", "SUPABASE_PORT"), api.limits)

    def _grpc_port(self) -> int:
        return int(self.addresses["grpc"].rpartition(":")[2])

    def _add(self, door: str, server: HttpServer) -> None:
        self._http.append(server)
        self.addresses[door] = server.address

    async def close(self, grace_seconds: float) -> None:
        """Running calls get the grace; health says so meanwhile and the status page stays up."""
        self._grpc.announce_stop()
        await self._grpc.cleanup(grace_seconds)
        while self._http:
            await self._http.pop().stop()
