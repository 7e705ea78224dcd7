"""A REST door that lists sources, as the real one does; nothing behind it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WELL = {
    "name": "well", "kind": "recording", "live": False, "prr": 200.0, "lowest_channel": 10, "highest_channel": 59,
    "number_of_channels": 50, "samples": 2000, "start_time": 1000.0, "end_time": 1010.0, "intensity_unit": "strain",
}  # fmt: skip
FIBRE = {"name": "fibre", "kind": "loop", "live": True, "prr": 200.0, "lowest_channel": 0, "highest_channel": 9}
REFUSED = {"name": "silent", "reason": "every sample is zero"}
LIST: dict[str, Any] = {"sources": [WELL, FIBRE], "refused": [REFUSED]}


@contextmanager
def listing(answer: dict[str, Any], status: int = 200) -> Iterator[str]:
    """The address of a door whose every answer is this one."""

    class Handler(BaseHTTPRequestHandler):
        """Says one thing."""

        def do_GET(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
