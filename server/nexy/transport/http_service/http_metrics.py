"""Counts and times every HTTP request; unknown paths and methods share a label, so that no scan grows the metrics."""

import time
from collections.abc import Iterable
from copy import copy

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class HttpMetrics:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry, paths: Iterable[str]) -> None:
        self._app = app
        named = list(paths)
        self._paths = frozenset(path for path in named if "{" not in path)
        self._templates = [(compile_path(path)[0], path) for path in named if "{" in path]
        self._requests = Counter(
            "http_requests_total", "HTTP requests", ("method", "path", "status"), registry=registry
        )
        self._seconds = Histogram("http_request_duration_seconds", "HTTP request duration", registry=registry)
        self._children: dict[tuple[str, str, int], Counter] = {}

    def beside(self, app: ASGIApp) -> "HttpMetrics":
        """The same figures around another application, of which no path is known by name."""
        other = copy(self)
        other._app, other._paths, other._templates = app, frozenset(), []
        return other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 500

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            self.count(scope["method"], self._label(scope["path"]), status, time.monotonic() - began)

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        """One request has ended; `path` is one of the known ones or "other"."""
        named = (method if method in _METHODS else "OTHER", path, status)
        # Children are kept: looking one up by labels costs more than counting does.
        child = self._children.get(named)
        if child is None:
            child = self._children[named] = self._requests.labels(*named)
        child.inc()
        self._seconds.observe(seconds)

    def _label(self, path: str) -> str:
        """The path as it is described: what stands in its places is left out."""
        if path in self._paths:
            return path
        return next((label for pattern, label in self._templates if pattern.match(path)), "other")
