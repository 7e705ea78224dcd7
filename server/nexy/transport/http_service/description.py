"""What the OpenAPI document says of the fast doors: requests, replies, and every refusal that is declared."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from nexy.transport.http_service.front import FastRoute

_SCHEMAS = "#/components/schemas/{name}"
_TOO_MANY, _NO_CONTENT = 429, 204
_PATH = "path"
_ROW = {"type": "object", "description": "a row: its columns by name"}
_ROWS = {"oneOf": [{"type": "array", "items": _ROW}, _ROW]}
_WITH_BODY = frozenset(("POST", "PATCH"))
# As tools read it: the schema of such a body is that of each event.
_EVENT = {
    "type": "object",
    "description": "one server-sent event; data is JSON, or [DONE] on the OpenAI wire",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
}
_HEADERS = {
    "X-Nexy-Provider": "who answered",
    "X-Nexy-Model": "with which model",
    "X-Nexy-Attempts": "how many providers were tried or left out",
    "X-Nexy-Fallback": "true when somebody stands first in the rule who does not answer now",
    "X-Nexy-Cached": "true when the answer was given before",
    "X-Nexy-Tokens": "tokens used; empty where nobody counted; not on streams",
    "X-Nexy-Cost": "USD; empty without a price; not on streams",
    "X-Nexy-Added-Ms": "milliseconds that Nexy added",
    "X-Nexy-Request-Id": "the id for feedback",
}


def described(document: dict[str, Any], routes: Sequence[FastRoute]) -> dict[str, Any]:
    """The document with these routes in it."""
    paths, schemas = dict(document["paths"]), dict(document["components"]["schemas"])
    shown = [route for route in routes if not route.hidden]
    schemas.update(_components(shown))
    for route in shown:
        paths[route.path] = {**paths.get(route.path, {}), route.method.lower(): _operation(route)}
    return {**document, "paths": paths, "components": {**document["components"], "schemas": schemas}}


def _components(routes: Sequence[FastRoute]) -> dict[str, Any]:
    shapes = {shape for one in routes for shape in (one.body, one.reply, one.refusal) if shape is not None}
    in_order = sorted(shapes, key=lambda shape: shape.__name__)
    _, components = msgspec.json.schema_components(in_order, ref_template=_SCHEMAS)
    for route in routes:
        if route.one_of and route.body is not None:
            components[route.body.__name__]["anyOf"] = [_given(name) for name in route.one_of]
    return components


def _given(name: str) -> dict[str, Any]:
    """The field is there, and not null."""
    return {"required": [name], "properties": {name: {"type": "string"}}}


def _operation(route: FastRoute) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}_{_name_of(route.path)}",
        "responses": {
            str(route.success): _reply(route),
            **{str(status): _refusal(route, status) for status in route.statuses},
        },
    }
    if route.body is not None:
        kinds = ["application/json", *(["application/x-www-form-urlencoded"] if route.takes_forms else [])]
        shown = {"example": dict(route.example)} if route.example else {}
        content = {kind: {"schema": _schema(route.body), **shown} for kind in kinds}
        operation["requestBody"] = {"required": True, "content": content}
    if route.rows and route.method in _WITH_BODY:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ROWS}}}
    if route.rows and route.success == _NO_CONTENT:
        operation["responses"]["200"] = {"description": "OK", "content": {"application/json": {"schema": _ROWS}}}
    if parameters := [*_parameters(_PATH, route.places), *_parameters("query", route.query)]:
        operation["parameters"] = parameters
    return operation


def _parameters(where: str, named: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": where, "required": where == _PATH, "description": purpose, "schema": {"type": "string"}}
        for name, purpose in named.items()
    ]


def _reply(route: FastRoute) -> dict[str, Any]:
    if route.success == _NO_CONTENT:
        return {"description": "Done"}
    content: dict[str, Any] = {"application/json": {"schema": _ROWS if route.rows else _schema(route.reply)}}
    if route.streams:
        content["text/event-stream"] = {"schema": _EVENT}
    told = {name: {"description": purpose, "schema": {"type": "string"}} for name, purpose in _HEADERS.items()}
    return {"description": "OK", "content": content, **({"headers": told} if route.streams else {})}


def _refusal(route: FastRoute, status: int) -> dict[str, Any]:
    refused: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {"application/json": {"schema": _schema(route.refusal)}},
    }
    if status == _TOO_MANY:
        wait: Mapping[str, Any] = {"description": "seconds to wait", "schema": {"type": "integer"}}
        refused["headers"] = {"Retry-After": wait}
    return refused


def _schema(shape: type[msgspec.Struct] | None) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(name=shape.__name__)} if shape else {"type": "string"}


def _name_of(path: str) -> str:
    return "_".join(part.strip("{}") for part in path.strip("/").split("/"))
