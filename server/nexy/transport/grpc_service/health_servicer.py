"""grpc.health.v1 for this server; watchers are let go first when it stops."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nexy.contracts.errors import NotFound
from nexy.transport.grpc_service.call_record import current_call
from nexy.transport.grpc_service.error_code_mapper import Context

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class HealthServicer(health_pb2_grpc.HealthServicer):  # type: ignore[misc]
    """One state for the process and each of its services; one with a part of its own may say no by itself.

    The library's own servicer keeps watchers open until the server's grace has run out; this one ends them.
    """

    def __init__(self, services: Iterable[str], own: Mapping[str, Callable[[], bool]] | None = None) -> None:
        self._services = frozenset(services) | {""}
        self._own = own or {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Say NOT_SERVING from now on and end every watch."""
        self._stopping.set()

    def _state(self, service: str) -> "health_pb2.HealthCheckResponse.ServingStatus.ValueType":
        if service not in self._services:
            return SERVICE_UNKNOWN
        ready = self._own.get(service)
        return SERVING if not self._stopping.is_set() and (ready is None or ready()) else NOT_SERVING

    async def Check(  # noqa: N802
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> health_pb2.HealthCheckResponse:
        """The state now; NOT_FOUND for a service that this server does not have."""
        state = self._state(request.service)
        if state == SERVICE_UNKNOWN:
            current_call.get().error = NotFound("no such service here")
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no service {request.service!r} here")
        return health_pb2.HealthCheckResponse(status=state)

    async def Watch(  # noqa: N802
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> None:
        """The state now, its change, and the end."""
        await context.write(health_pb2.HealthCheckResponse(status=self._state(request.service)))
        if not self._stopping.is_set():
            await self._stopping.wait()
            await context.write(health_pb2.HealthCheckResponse(status=self._state(request.service)))

    async def List(  # noqa: N802
        self, request: health_pb2.HealthListRequest, context: Context
    ) -> health_pb2.HealthListResponse:
        """The state of every service."""
        states = {name: health_pb2.HealthCheckResponse(status=self._state(name)) for name in self._services}
        return health_pb2.HealthListResponse(statuses=states)
