"""/focus-server/* of the fault server, on a free loopback port."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from nexy_client.testing.streams import answer as answers
from nexy_client.testing.streams.plan import JOB_ID
from nexy_client.testing.streams.playbook import Answer, Playbook, Reply

PREFIX = "/focus-server"
POLL_SECONDS = 0.02


def as_json(status: int, body: Answer) -> Reply:
    """A reply as the real door makes it."""
    return Reply(status=status, body=json.dumps(body).encode())


class FocusRest:
    """The door; `port_of_streams` is where the configure answer sends the client."""

    def __init__(self, playbook: Playbook, port_of_streams: int) -> None:
        self._playbook = playbook
        self._answer = playbook.bend_answer(answers.good_answer(playbook.plan, port_of_streams))
        self._job_state = playbook.job_state
        self._server = ThreadingHTTPServer((answers.HOST, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{answers.HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, method: str, path: str) -> Reply:
        """What a request gets."""
        playbook, plan = self._playbook, self._playbook.plan
        path = path.partition("?")[0].removeprefix(PREFIX)
        if (method, path) == ("POST", "/configure"):
            return playbook.configure_reply or as_json(200, self._answer)
        if path.startswith(("/jobs/", "/metadata/")):
            return self._about_job(method, path)
        found: dict[str, Callable[[], Answer]] = {
            "/ack": lambda: {"status": "ok", "sw_version": "0.1.0"},
            "/channels": lambda: answers.channels(plan),
            "/live_metadata": lambda: answers.live_metadata(plan),
            "/recordings_in_time_range": lambda: {"recordings": []},
        }
        return as_json(200, found[path]()) if path in found else _no_such(path)

    def _about_job(self, method: str, path: str) -> Reply:
        kind, _, job_id = path.strip("/").partition("/")
        if job_id != JOB_ID:
            return _no_such(f"job {job_id}")
        if kind == "metadata":
            return as_json(200, answers.metadata(self._playbook, self._answer))
        if method == "DELETE":
            self._job_state = "cancelled"
        return as_json(200, answers.job(self._playbook, self._job_state))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        rest = self

        class Handler(BaseHTTPRequestHandler):
            """One request; the reply is the door's."""

            def _serve(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                reply = rest.reply(self.command, self.path)
                time.sleep(reply.seconds)
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_DELETE = _serve  # noqa: N815  the standard library's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def _no_such(what: str) -> Reply:
    return as_json(404, {"error": f"{what} not found", "code": "not_found", "details": {}})
