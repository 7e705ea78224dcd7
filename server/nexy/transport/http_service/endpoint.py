"""One endpoint, described once: the route and its OpenAPI entry come from the same lines."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from nexy.transport.http_service.http_errors import ErrorReply

Handler = Callable[[Request], Awaitable[Response]]
_SCHEMAS = "#/components/schemas/{name}"
_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A path, what it is for, the shapes of its body, reply and refusal, and who answers.

    `reply` is None where it is not described, and may come with the statuses of `also` too; `query` names what may
    stand behind the path, each with its purpose.
    """

    path: str
    summary: str
    handler: Handler
    reply: type[msgspec.Struct] | None = None
    media_type: str = "application/json"
    method: str = "GET"
    also: Sequence[int] = ()
    body: type[msgspec.Struct] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    refusal: type[msgspec.Struct] = ErrorReply

    def route(self, below: str = "") -> Route:
        """The route of the server, or of what is mounted `below` a prefix; GET answers HEAD too."""
        return Route(self.path.removeprefix(below), self.handler, methods=[self.method])


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Endpoints below one prefix that refuse in a form of their own."""

    prefix: str
    endpoints: Sequence[Endpoint]
    exception_handlers: Mapping[Any, Any]

    def mount(self) -> Mount:
        """The part of the server that answers below the prefix, unknown paths there included."""
        routes = [endpoint.route(self.prefix) for endpoint in self.endpoints]
        below = Starlette(routes=routes, exception_handlers=self.exception_handlers)
        # A slash too many is an unknown path, not a redirection to whatever host the client has named.
        below.router.redirect_slashes = False
        mounted = Mount(self.prefix, below)
        # A path with a line break in it is below the prefix too.
        mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
        return mounted


def json_reply(body: msgspec.Struct, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """This body, with a 200 unless told otherwise."""
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def openapi(title: str, version: str, endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the endpoints; schemas are msgspec's own."""
    shapes = {shape for one in endpoints for shape in (one.reply, one.body, one.refusal) if shape} | {ErrorReply}
    in_order = sorted(shapes, key=lambda shape: shape.__name__)
    _, components = msgspec.json.schema_components(in_order, ref_template=_SCHEMAS)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": components},
    }


def _schema(shape: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(name=shape.__name__)}


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    schema = _schema(endpoint.reply) if endpoint.reply else _undescribed(endpoint)
    refused = {"schema": _schema(endpoint.refusal)}
    described: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": _operation_id(endpoint),
        "responses": {
            **{
                str(status): {"description": "OK", "content": {endpoint.media_type: {"schema": schema}}}
                for status in (200, *endpoint.also)
            },
            "default": {"description": "Refused", "content": {"application/json": refused}},
        },
    }
    if parameters := _parameters(endpoint):
        described["parameters"] = parameters
    if endpoint.body is not None:
        content = {"application/json": {"schema": _schema(endpoint.body)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _operation_id(endpoint: Endpoint) -> str:
    name = re.sub(r"\W+", "_", endpoint.path).strip("_") or "root"
    return name if endpoint.method == "GET" else f"{endpoint.method.lower()}_{name}"


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    text = {"type": "string"}
    places = [{"name": name, "in": "path", "required": True, "schema": text} for name in _PLACE.findall(endpoint.path)]
    asked = [
        {"name": name, "in": "query", "required": False, "description": purpose, "schema": text}
        for name, purpose in endpoint.query.items()
    ]
    return places + asked


def _undescribed(endpoint: Endpoint) -> dict[str, str]:
    return {"type": "object"} if endpoint.media_type == "application/json" else {"type": "string"}
