"""/docs: every door with its fields and a request to begin with, as one page that loads nothing and runs nothing."""

from collections.abc import Iterator, Sequence
from html import escape

import msgspec

from nexy.transport.http_service.endpoint import Endpoint
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.shape_words import fields_of, inner_shapes

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}"
    "pre{overflow-x:auto;padding:.6rem;border:1px solid #8888}h2{margin-top:2.5rem}"
)
_USUAL_PORT = 8000
_HEAD = "<tr><th>Field<th>What it takes<th>Required<th>Default</tr>"


def docs_page(version: str, endpoints: Sequence[Endpoint | FastRoute], port: int) -> str:
    """The whole page; `port` is where the examples ask."""
    address = f"http://127.0.0.1:{port or _USUAL_PORT}"
    rows = "".join(
        f'<tr><td>{one.method}<td><a href="#{_anchor(one)}"><code>{escape(one.path)}</code></a>'
        f"<td>{escape(one.summary)}</tr>"
        for one in endpoints
    )
    doors = "".join(_door(one, address) for one in endpoints)
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>Nexy API {escape(version)}</title><style>{_STYLE}</style>"
        f"<h1>Nexy API {escape(version)}</h1>"
        "<p>Replies, refusals and headers stand in <a href=/openapi.json>/openapi.json</a>, for machines.</p>"
        f"<table><tr><th>Method<th>Path<th>Purpose</tr>{rows}</table>{doors}</html>"
    )


def request_of(one: Endpoint | FastRoute, address: str) -> str:
    """The door's example as a command line; empty where it needs a body and none is given."""
    if isinstance(one, FastRoute) and one.example:
        body = msgspec.json.encode(one.example).decode()
        return f"curl -sS {address}{one.path} -H 'Content-Type: application/json' -d '{body}'"
    return f"curl -sS {address}{one.path}" if one.method == "GET" and "{" not in one.path else ""


def _anchor(one: Endpoint | FastRoute) -> str:
    return escape(f"{one.method.lower()}-{one.path.strip('/')}")


def _door(one: Endpoint | FastRoute, address: str) -> str:
    return "".join(_parts(one, address))


def _parts(one: Endpoint | FastRoute, address: str) -> Iterator[str]:
    yield f'<h2 id="{_anchor(one)}">{one.method} <code>{escape(one.path)}</code></h2><p>{escape(one.summary)}.</p>'
    if request := request_of(one, address):
        yield f"<pre>{escape(request)}</pre>"
    if one.body is None:
        return
    if isinstance(one, FastRoute) and one.one_of:
        yield f"<p>At least one of {', '.join(f'<code>{name}</code>' for name in one.one_of)}.</p>"
    yield _fields(one.body)
    for shape in inner_shapes(one.body):
        yield f"<h3>{shape.__name__}</h3>{_fields(shape)}"


def _fields(shape: type[msgspec.Struct]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one.name)}</code><td>{escape(one.takes)}<td>{'yes' if one.required else ''}"
        f"<td>{f'<code>{escape(one.default)}</code>' if one.default else ''}</tr>"
        for one in fields_of(shape)
    )
    return f"<table>{_HEAD}{rows}</table>"
