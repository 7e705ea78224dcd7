"""Ask an ASGI application without a socket."""

import asyncio
import json
from collections.abc import Mapping, Sequence
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


async def post(app: ASGIApp, path: str, body: Any, **headers: str) -> Answer:
    """This value as JSON; in names of headers `_` stands for `-`."""
    return await fetch(app, path, method="POST", body=json.dumps(body).encode(), headers=headers)


async def fetch(
    app: ASGIApp,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    parts: Sequence[bytes] | None = None,
    client: str = "test",
    gone: asyncio.Event | None = None,
    host: str = "",
    query: str = "",
) -> Answer:
    """One request and its whole answer; an exception that the framework raises again after answering is dropped.

    The body may come in `parts`, without its length; the client goes away when `gone` is set.
    """
    sent: list[Message] = []
    waiting = list(parts if parts is not None else (body,))

    async def receive() -> Message:
        if not waiting:
            await (gone or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        part = waiting.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    framing = {} if not body and parts is None else {"content-length": str(len(body))}
    framing = {"transfer-encoding": "chunked"} if parts is not None else framing
    told = {name.replace("_", "-"): value for name, value in (headers or {}).items()} | ({"host": host} if host else {})
    pairs = [(name.lower().encode(), value.encode()) for name, value in {**framing, **told}.items()]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
             "raw_path": path.encode(), "query_string": query.encode(), "headers": pairs, "scheme": "http",
             "root_path": "", "client": (client, 1), "server": ("test", 80)}  # fmt: skip
    try:
        await app(scope, receive, send)
    except Exception:
        if not sent:
            raise
    if not sent:
        return Answer(status=0, headers={}, body=b"")
    start, *rest = sent
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(status=start["status"], headers=found, body=b"".join(message.get("body", b"") for message in rest))
