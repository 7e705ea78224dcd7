"""One HTTP listener inside the process's own event loop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from nexy.config.api_section import ApiLimitsConfig
from nexy.contracts.errors import StartFailed
from nexy.transport.http_service.patient_protocol import patient_protocol
from nexy.utils.addresses import bare_host, joined
from nexy.utils.supervisor import TaskSupervisor

# Its start and stop lines say nothing that our own do not.
logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


_USUAL = ApiLimitsConfig()


class _Uvicorn(uvicorn.Server):
    """Signals belong to the application, not to a listener."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signal handlers alone."""
        yield


def bound_socket(host: str, port: int, key: str, variable: str) -> socket.socket:
    """A listening socket; raises `StartFailed` that names the key when the port cannot be had."""
    try:
        family, *_, address = socket.getaddrinfo(bare_host(host), port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=1024)
    except OSError as problem:
        raise StartFailed(
            f"{key}: cannot listen on {joined(host, port)}: {problem.strerror or problem}; set {variable}", field=key
        ) from problem


class HttpServer:
    """Serves one application on one socket, from `start` to `stop`."""

    def __init__(self, app: ASGIApp, listener: socket.socket, limits: ApiLimitsConfig = _USUAL) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=limits.keep_alive_seconds,
            http=patient_protocol(limits),
            ws="none",
            server_header=False,
            # Whose X-Forwarded-For is believed is decided where it counts, in `Callers`.
            proxy_headers=False,
        )
        self._server = _Uvicorn(config)
        self._listener = listener
        self._supervisor = TaskSupervisor("http")
        self._serving: asyncio.Task[None] | None = None
        host, port = listener.getsockname()[:2]
        self.address = joined(host, port)

    def start(self) -> None:
        """Serve in the background; the socket already takes connections."""
        self._serving = self._supervisor.spawn(self._server.serve(sockets=[self._listener]))

    async def stop(self) -> None:
        """Finish what is under way within a second, then close."""
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        self._listener.close()
