"""How /v1/* refuses on the wire: OpenAI's own form, whatever is wrong."""

import pytest

from nexy.config.api_section import ApiConfig
from nexy.contracts.completions import Finished
from nexy.modules.ai_router.choice import Sources
from support.asgi import Answer, fetch
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider, Step, begun, down, sources

CHAT = "/v1/chat/completions"
HI = b'"messages": [{"role": "user", "content": "hi"}]'


async def refused(body: bytes, path: str = CHAT, method: str = "POST", **headers: str) -> Answer:
    config = ApiConfig(keys="ada=right", max_body_bytes=1024)
    async with http_door(config=config, choose=sources()) as door:
        answer = await fetch(door.app, path, method=method, body=body, headers=headers)
    assert set(answer.json) == {"error"}
    assert {"message", "type", "param", "code"} <= set(answer.json["error"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    return answer


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind", "code", "param"),
    [
        (b"{", {}, 400, "invalid_request_error", "invalid_json", "body"),
        (b"{}", {}, 400, "invalid_request_error", "validation_failed", "messages"),
        (b'{"messages": []}', {}, 400, "invalid_request_error", "validation_failed", "messages"),
        (b"{" + HI + b', "temperature": 3}', {}, 400, "invalid_request_error", "validation_failed", "temperature"),
        (b"{" + HI + b', "model": "nobody"}', {}, 404, "invalid_request_error", "model_not_found", "model"),
        (b"{" + HI + b"}", {"authorization": "Bearer x"}, 401, "authentication_error", "invalid_api_key",
         "Authorization"),
        (b"{" + HI + b"}", {"host": "evil.example"}, 403, "permission_error", "permission_denied", "Host"),
        (b"x" * 2000, {}, 413, "invalid_request_error", "too_large", "body"),
        (b"messages=x", {"content-type": "application/x-www-form-urlencoded"}, 415, "invalid_request_error",
         "unsupported_media_type", "Content-Type"),
    ],
)  # fmt: skip
async def test_each_refusal(
    body: bytes, headers: dict[str, str], status: int, kind: str, code: str, param: str
) -> None:
    """Type and code choose the exception of the vendor's clients; the parameter is what to mend."""
    answer = await refused(body, **headers)
    error = answer.json["error"]
    assert (answer.status, error["type"], error["code"], error["param"]) == (status, kind, code, param)


async def test_another_method() -> None:
    """In the same form, with what is taken."""
    answer = await refused(b"", method="GET")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("steps", [(down(),), (begun("openai"), "Hel", down())])
async def test_a_stream_that_fails_tells_so_in_its_own_way(steps: tuple[Step, ...]) -> None:
    """Before the first word as a status, after it as the last event, without the mark of an end."""
    provider = ScriptedProvider("openai", steps)
    body = b"{" + HI + b', "stream": true, "model": "openai"}'
    nobody_else = Sources(providers={"openai": provider, "offline": ScriptedProvider("offline", (down(),))})
    async with http_door(choose=nobody_else) as door:
        answer = await fetch(door.app, CHAT, method="POST", body=body)
    if len(steps) == 1:
        assert (answer.status, answer.json["error"]["type"]) == (503, "server_error")
        return
    *_, last, end = answer.body.split(b"\n\n")
    assert (answer.status, end) == (200, b"")
    assert last.startswith(b'data: {"error":{"message":')
    assert b"[DONE]" not in answer.body


async def test_words_of_any_alphabet_stay_themselves() -> None:
    """In UTF-8, each event on one line, whatever the words hold."""
    odd = "Привет 🦜\u2028\n\ndata: [DONE]"
    provider = ScriptedProvider("claude", (begun("claude"), odd, Finished()))
    body = b"{" + HI + b', "stream": true}'
    async with http_door(provider) as door:
        answer = await fetch(door.app, CHAT, method="POST", body=body)
    events = answer.body.decode().removesuffix("\n\n").split("\n\n")
    assert all(event.startswith("data: ") and "\n" not in event for event in events)
    assert "Привет 🦜" in events[0]
    assert events[-1] == "data: [DONE]"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (b'"response_format": {"type": "json_object"}', "response_format"),
        (b'"tools": [{"function": {"name": "look"}}], "tool_choice": "required"', "tool_choice"),
        (b'"n": 2', "n"),
    ],
)
async def test_the_offline_brain_refuses_what_it_cannot_do(more: bytes, field: str) -> None:
    """Without a model the request is at fault, and the field is named; behind failed models it is not asked."""
    alone = await refused(b"{" + HI + b", " + more + b"}")
    error = alone.json["error"]
    assert (alone.status, error["code"], error["param"]) == (400, "not_able", field)
    assert (error["attempts"][-1]["provider"], error["attempts"][-1]["error"]) == ("offline", "not_able")
    async with http_door(ScriptedProvider("openai", (down(),))) as door:
        failed = await fetch(door.app, CHAT, method="POST", body=b"{" + HI + b", " + more + b"}")
    error = failed.json["error"]
    assert (failed.status, error["code"], error["param"]) == (503, "all_providers_failed", field)
    assert field in error["message"]
