"""A real listener for an application, on a port that the system chooses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from nexy.config.api_section import ApiLimitsConfig
from nexy.transport.http_service.http_server import HttpServer, bound_socket


@asynccontextmanager
async def listening(app: ASGIApp, limits: ApiLimitsConfig | None = None) -> AsyncIterator[str]:
    """Its address, `127.0.0.1:port`."""
    server = HttpServer(app, bound_socket("127.0.0.1", 0, "api.port", "API_PORT"), limits or ApiLimitsConfig())
    server.start()
    try:
        yield server.address
    finally:
        await server.stop()
