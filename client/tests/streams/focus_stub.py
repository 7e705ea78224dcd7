"""A door that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER: dict[str, Any] = {
    "status": "running",
    "job_id": "12-70788",
    "stream_url": "127.0.0.1",
    "stream_port": 50051,
    "frequencies_list": [10, 20.5],
    "frequencies_amount": 2,
    "lines_dt": 0.0390625,
    "channel_to_stream_index": {"7": 0, "8": 0, "9": 1},
    "stream_amount": 2,
    "channel_amount": 3,
    "view_type": 0,
    "intensity_unit": "strain rate",
    "hop": 40,
    "nfft_effective": 256,
    "created_at": 1_700_000_000.5,
}


@dataclass(slots=True)
class FocusStub:
    """The next reply, and the requests so far."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    @property
    def raw(self) -> bytes:
        """The reply's body on the wire."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@contextmanager
def serve_stub(stub: FocusStub) -> Iterator[str]:
    """On a free loopback port until the block is left; yields the url."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            sent = json.loads(self.rfile.read(size)) if size else None
            stub.requests.append((self.command, self.path, sent))
            stub.keys.append(self.headers.get("Authorization"))
            self.send_response(stub.status)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(stub.raw)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
