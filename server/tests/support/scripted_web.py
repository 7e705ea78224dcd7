"""A small HTTP server that answers from a table, on a thread of its own."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = "1.6.0.35"


@dataclass(slots=True, kw_only=True)
class Page:
    """What a path answers."""

    document: Any
    status: int = 200
    cache_control: str = "public, max-age=30"
    methods: tuple[str, ...] = ("GET", "HEAD")

    @property
    def body(self) -> bytes:
        """The document as JSON; bytes go out as they are."""
        return self.document if isinstance(self.document, bytes) else json.dumps(self.document).encode()


def versions(version: str = VERSION) -> dict[str, Any]:
    """The two names of one release."""
    return {"latest_version": version, "latest_build": version}


def good_pages(grpc: str = "127.0.0.1:1", updates: str = "") -> dict[str, Page]:
    """What a good server answers on its web port."""
    endpoints = {"health": "/health", "status": "/status", "grpc": grpc, "updates": updates}
    status = {
        "status": "running",
        "service": "voice-assistant",
        **versions(),
        "update_server": updates or "absent",
        "endpoints": endpoints,
        "modules": {"text_processing": "running"},
        "environment": "dev",
    }
    return {"/health": Page(document={"status": "OK", **versions()}), "/status": Page(document=status)}


@dataclass(slots=True)
class ScriptedWeb:
    """The pages of a server, and what was asked of it."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def serve_web(web: ScriptedWeb) -> Iterator[int]:
    """Serve on a free loopback port; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            web.asked.append(f"{self.command} {self.path}")
            page = web.pages.get(self.path, Page(document={}, status=404))
            allowed = self.command in page.methods
            self.send_response(page.status if allowed else 405)
            self.send_header("Cache-Control", page.cache_control)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(page.body)

        do_GET = do_HEAD = _reply  # noqa: N815  the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
