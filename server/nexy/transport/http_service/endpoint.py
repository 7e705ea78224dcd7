"""One endpoint, described once: the route and its OpenAPI entry come from the same lines."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nexy.transport.http_service.http_errors import ErrorReply

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A path, what it is for, the shape of its reply (None where it is not JSON) and who answers."""

    path: str
    summary: str
    handler: Handler
    reply: type[msgspec.Struct] | None = None
    media_type: str = "application/json"
    method: str = "GET"

    def route(self) -> Route:
        """The route of the server; GET answers HEAD too."""
        return Route(self.path, self.handler, methods=[self.method])


def json_reply(body: msgspec.Struct, headers: dict[str, str] | None = None) -> Response:
    """A 200 with this body."""
    return Response(msgspec.json.encode(body), 200, headers, "application/json")


def openapi(title: str, version: str, endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the endpoints; schemas are msgspec's own."""
    shapes = [endpoint.reply for endpoint in endpoints if endpoint.reply] + [ErrorReply]
    _, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": {endpoint.path: {endpoint.method.lower(): _operation(endpoint)} for endpoint in endpoints},
        "components": {"schemas": components},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{endpoint.reply.__name__}"} if endpoint.reply else {"type": "string"}
    refusal = {"$ref": f"#/components/schemas/{ErrorReply.__name__}"}
    return {
        "summary": endpoint.summary,
        "operationId": endpoint.path.strip("/").replace("/", "_").replace(".", "_") or "root",
        "responses": {
            "200": {"description": "OK", "content": {endpoint.media_type: {"schema": schema}}},
            "default": {"description": "Refused", "content": {"application/json": {"schema": refusal}}},
        },
    }
