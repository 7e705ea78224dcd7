"""Ask an ASGI application without a socket."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)


async def fetch(
    app: ASGIApp, path: str, *, method: str = "GET", body: bytes = b"", host: str = "", query: str = ""
) -> Answer:
    """One request and its whole answer; an exception that the framework raises again after answering is dropped."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
             "raw_path": path.encode(), "query_string": query.encode(),
             "headers": [(b"host", host.encode())] if host else [], "scheme": "http", "root_path": "",
             "client": ("test", 1), "server": ("test", 80)}  # fmt: skip
    try:
        await app(scope, receive, send)
    except Exception:
        if not sent:
            raise
    start = sent[0]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(
        status=start["status"], headers=headers, body=b"".join(message.get("body", b"") for message in sent[1:])
    )
