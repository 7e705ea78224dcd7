"""Methods and edges of the paths: HEAD, OPTIONS, what is not taken, what ends early."""

import re
from collections.abc import AsyncGenerator

import pytest

from nexy.modules.ai_router.provider import Enquiry, ProviderEvent
from support.asgi import fetch
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider, begun

READ = ("/v1/models", "/v1/models/offline", "/api/v1/providers", "/health", "/openapi.json", "/docs", "/metrics")
WRITTEN = ("/api/v1/route", "/api/v1/search", "/v1/chat/completions", "/v1/embeddings")


@pytest.mark.parametrize("path", READ)
async def test_head_is_get_without_the_body(path: str) -> None:
    """Whoever only looks gets the same status and kind."""
    async with http_door() as door:
        looked, got = await fetch(door.app, path, method="HEAD"), await fetch(door.app, path)
    assert (
        (looked.status, looked.headers["content-type"])
        == (got.status, got.headers["content-type"])
        == (200, got.headers["content-type"])
    )


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_what_is_read_is_not_written(path: str, method: str) -> None:
    """405, and the reply names what is taken."""
    async with http_door() as door:
        answer = await fetch(door.app, path, method=method)
    assert answer.status == 405
    assert {one.strip() for one in answer.headers["allow"].split(",")} == {"GET", "HEAD"}


@pytest.mark.parametrize("path", WRITTEN)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "post"])
async def test_what_is_written_is_not_read(path: str, method: str) -> None:
    """Methods have capital letters, as HTTP wants it."""
    async with http_door() as door:
        answer = await fetch(door.app, path, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/v1/models/", "/v1/Models", "/api/v1/route/", "//v1/models", "/v1/models\n", "*"])
async def test_a_path_that_is_only_like_one_is_none(path: str) -> None:
    """Nothing is guessed and nobody is sent elsewhere."""
    async with http_door() as door:
        answer = await fetch(door.app, path)
    assert answer.status == 404


async def test_a_slash_in_a_models_name_is_part_of_it() -> None:
    """Models are listed as provider/model, and found under that."""
    async with http_door(ScriptedProvider("claude")) as door:
        answer = await fetch(door.app, "/v1/models/claude/claude-model")
        unknown = await fetch(door.app, "/v1/models/claude/other/../claude-model")
    assert (answer.status, answer.json["id"]) == (200, "claude/claude-model")
    assert (unknown.status, unknown.json["error"]["code"]) == (404, "model_not_found")


class Broken(ScriptedProvider):
    """One with a defect."""

    async def stream(self, enquiry: Enquiry, model: str) -> AsyncGenerator[ProviderEvent, None]:
        yield begun(self.name)
        raise ZeroDivisionError("canary")


@pytest.mark.parametrize("path", ["/api/v1/route", "/v1/chat/completions"])
async def test_a_defect_is_one_refusal(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """In the form of the path; the client sees no inside of ours, and the log has it."""
    body = b'{"task_type": "debugging", "query": "x", "messages": [{"role": "user", "content": "x"}]}'
    async with http_door(Broken("claude")) as door:
        answer = await fetch(door.app, path, method="POST", body=body)
    assert answer.status == 500
    assert "error" in answer.json
    assert b"canary" not in answer.body
    assert "canary" in caplog.text


@pytest.mark.parametrize("path", ["/v1/completions", "/v1/responses", "/v1/", "/v1/models/"])
async def test_unknown_paths_of_the_openai_wire_refuse_in_its_form(path: str) -> None:
    """Its clients read nothing else."""
    async with http_door() as door:
        answer = await fetch(door.app, path, method="POST", body=b"{}")
    error = answer.json["error"]
    assert (answer.status, error["type"], error["code"], error["param"]) == (
        404, "invalid_request_error", "not_found", None,
    )  # fmt: skip
    assert "/docs" in error["message"]
    assert set(answer.json) == {"error"}


async def test_request_ids_have_one_form() -> None:
    """Of the doors, of unknown paths, of both wires."""
    async with http_door() as door:
        refused = [await fetch(door.app, path, method="POST", body=b"") for path in ("/nowhere", "/api/v1/route")]
        other = await fetch(door.app, "/v1/nowhere")
    ids = [*(answer.json["request_id"] for answer in refused), other.headers["x-request-id"]]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert len(set(ids)) == len(ids)


async def test_a_stranger_is_refused_in_the_form_of_the_path() -> None:
    """Also where there is nothing."""
    async with http_door() as door:
        answer = await fetch(door.app, "/v1/nowhere", headers={"host": "evil.example"})
    assert (answer.status, answer.json["error"]["type"]) == (403, "permission_error")
