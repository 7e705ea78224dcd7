"""Whether a server says that it serves."""

from collections.abc import Sequence
from enum import StrEnum

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nexy_client.failure import failed_call


class Health(StrEnum):
    """The states of grpc.health.v1."""

    UNKNOWN = "UNKNOWN"
    SERVING = "SERVING"
    NOT_SERVING = "NOT_SERVING"
    SERVICE_UNKNOWN = "SERVICE_UNKNOWN"


async def ask_health(
    channel: grpc.aio.Channel, service: str, deadline: float, metadata: Sequence[tuple[str, str]] = ()
) -> Health:
    """The state of `service` (empty: the whole server); raises CallFailed, NOT_FOUND for an unknown service."""
    stub = health_pb2_grpc.HealthStub(channel)
    try:
        request = health_pb2.HealthCheckRequest(service=service)
        answer = await stub.Check(request, timeout=deadline, metadata=tuple(metadata))
    except grpc.aio.AioRpcError as error:
        raise failed_call(error) from error
    return Health(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))
