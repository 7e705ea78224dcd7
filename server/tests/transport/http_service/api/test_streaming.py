"""The event stream of /api/v1/route, byte by byte."""

import json

import pytest

from nexy.contracts.completions import Finished
from support.asgi import post
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider, Step, begun, down, usage

ASKED = {"task_type": "debugging", "query": "x", "stream": True}
ODD = 'line\nline\r\nПривет 🦜\u2028\u2029 "quoted" \\ data: x\n\nevent: done'


def claude(*steps: Step) -> ScriptedProvider:
    return ScriptedProvider("claude", (begun("claude"), *steps))


async def streamed(*steps: Step) -> list[bytes]:
    async with http_door(claude(*steps)) as door:
        answer = await post(door.app, "/api/v1/route", ASKED)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.body.endswith(b"\n\n")
    return answer.body.removesuffix(b"\n\n").split(b"\n\n")


async def test_every_event_is_two_lines() -> None:
    """A name and one line of JSON, in UTF-8 without escapes."""
    first, second, done = await streamed("При", "вет", usage("claude"), Finished())
    assert first == 'event: delta\ndata: {"text":"При"}'.encode()
    assert second == 'event: delta\ndata: {"text":"вет"}'.encode()
    assert done.startswith(b'event: done\ndata: {"provider":"claude"')


async def test_words_cannot_break_the_frame() -> None:
    """Line breaks and whatever looks like an event stay inside the JSON."""
    delta, done = await streamed(ODD, Finished())
    name, _, data = delta.partition(b"\n")
    assert (name, json.loads(data.removeprefix(b"data: "))) == (b"event: delta", {"text": ODD})
    assert done.startswith(b"event: done\n")


@pytest.mark.parametrize("status", [429, 500])
async def test_the_error_event_is_the_form_of_refusals(status: int) -> None:
    """It is the last event, and there is no `done`."""
    delta, error = await streamed("Hel", down(status))
    assert delta.startswith(b"event: delta\n")
    name, _, data = error.partition(b"\n")
    told = json.loads(data.removeprefix(b"data: "))
    assert name == b"event: error"
    assert set(told) == {"error", "request_id"}
    assert told["error"]["attempts"][0]["error"] == f"provider_{status}"


async def test_an_answer_of_blanks_is_no_answer() -> None:
    """The next one in the chain answers, and the stream has begun only once."""
    events = await streamed(" ", "\n", Finished())
    assert events[0] == b'event: delta\ndata: {"text":"brain"}'
    assert sum(event.startswith(b"event: done") for event in events) == 1
