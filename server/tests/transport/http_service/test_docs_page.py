"""/docs: what a person reads before the first request."""

import json
import re
import shlex

import pytest

from nexy.config.api_section import ApiConfig
from nexy.transport.http_service.docs_page import request_of
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.openai.shapes import ChatBody
from nexy.transport.http_service.shape_words import fields_of
from support.asgi import fetch
from support.http_door import HttpDoor, http_door
from support.scripted_providers import ScriptedProvider


def routes_of(door: HttpDoor) -> list[FastRoute]:
    named = door.app._exact  # type: ignore[attr-defined]
    return [route for methods in named.values() for route in methods.values()]


async def test_every_field_of_every_door_is_on_the_page() -> None:
    """With what it takes, whether it is required, and its default."""
    async with http_door(config=ApiConfig(port=8123)) as door:
        page = (await fetch(door.app, "/docs")).body.decode()
        routes = routes_of(door)
    assert sum(route.body is not None for route in routes) == 9
    for route in routes:
        assert f'id="{route.method.lower()}-{route.path.strip("/")}"' in page
        for field in fields_of(route.body) if route.body else ():
            assert f"<code>{field.name}</code>" in page
    assert "from 1 to 10<td><td><code>1</code>" in page
    assert "http://127.0.0.1:8123/api/v1/route" in page
    assert "<h3>ChatMessage</h3>" in page


async def test_every_example_is_taken() -> None:
    """As it stands on the page: a person copies it first."""
    async with http_door(ScriptedProvider("claude")) as door:
        for route in routes_of(door):
            if route.path == "/v1/embeddings":
                continue
            line = shlex.split(request_of(route, "http://here"))
            assert line[2] == f"http://here{route.path}"
            body = line[line.index("-d") + 1].encode() if "-d" in line else b""
            answer = await fetch(door.app, route.path, method=route.method, body=body)
            assert answer.status == 200, (route.path, answer.body)


async def test_the_examples_are_described_too() -> None:
    """Tools show them, and schemathesis asks them."""
    async with http_door() as door:
        document = (await fetch(door.app, "/openapi.json")).json
    for path, methods in document["paths"].items():
        if path.startswith(("/api/v1/", "/v1/")) and "post" in methods:
            content = methods["post"]["requestBody"]["content"]["application/json"]
            assert json.loads(json.dumps(content["example"])), path


@pytest.mark.parametrize(
    ("name", "takes"),
    [
        ("messages", "a list of ChatMessage, at most 10000 members"),
        ("stop", "a text or a list of texts"),
        ("temperature", "a number from 0 to 2"),
        ("tool_choice", "one of auto, none, required or ChosenTool"),
        ("stream", "true or false"),
        ("n", "a whole number from 1 to 128"),
    ],
)
def test_fields_in_words(name: str, takes: str) -> None:
    """Null goes without saying."""
    field = next(field for field in fields_of(ChatBody) if field.name == name)
    assert field.takes == takes
    assert not re.search("null|Type", field.takes)
