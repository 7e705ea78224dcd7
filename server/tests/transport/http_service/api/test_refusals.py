"""Every error of the API: status, code, fields, attempts, and nothing that was secret."""

from typing import Any

import pytest

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.errors import BudgetExhausted, DeadlineExceeded
from nexy.modules.ai_router.choice import Sources
from support.asgi import Answer, fetch, post
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider, down
from support.scripted_usage import ScriptedUsage

ROUTE = "/api/v1/route"
ASKED = {"task_type": "debugging", "query": "canary-question"}
DEEP = b'{"task_type": "debugging", "context": ' + b'{"a": ' * 50_000
FAST = ApiConfig(limits=ApiLimitsConfig(per_second=0.1, burst=1))


def refused(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """The one form of refusals; the reply is its error."""
    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert set(answer.json) == {"error", "request_id"}
    assert set(answer.json["error"]) <= {"code", "message", "fields", "attempts"}
    assert "canary" not in answer.body.decode()
    error: dict[str, Any] = answer.json["error"]
    return error


@pytest.mark.parametrize(
    "body", [b"{", b"", b"not json", b'{"task_type": NaN}', b'{"query": "\xff"}', DEEP, b'{"a": "\\ud83d"}']
)
async def test_400_invalid_json(body: bytes) -> None:
    """Broken JSON is refused, never guessed."""
    async with http_door() as door:
        answer = await fetch(door.app, ROUTE, method="POST", body=body)
    refused(answer, 400, "invalid_json")


@pytest.mark.parametrize("config", [ApiConfig(keys="ada=right"), ApiConfig(keys="ada=right", key_required=True)])
async def test_401_invalid_token(config: ApiConfig) -> None:
    """Where keys are configured, a wrong one is told so."""
    async with http_door(config=config) as door:
        answer = await post(door.app, ROUTE, ASKED, authorization="Bearer canary-key")
    refused(answer, 401, "invalid_token")


async def test_401_without_a_key_where_one_is_required() -> None:
    """Nobody comes in unnamed."""
    async with http_door(config=ApiConfig(keys="ada=right", key_required=True)) as door:
        refused(await post(door.app, ROUTE, ASKED), 401, "invalid_token")
        assert (await post(door.app, ROUTE, ASKED, x_api_key="right")).status == 200


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
@pytest.mark.parametrize("path", [ROUTE, "/health"])
async def test_403_permission_denied(headers: dict[str, str], path: str) -> None:
    """A foreign name and a foreign page get nothing, on every path."""
    async with http_door() as door:
        error = refused(await post(door.app, path, ASKED, **headers), 403, "permission_denied")
    assert error["fields"] in (["Host"], ["Origin"])


async def test_404_not_found() -> None:
    """What is not there."""
    async with http_door() as door:
        refused(await post(door.app, "/api/v1/nothing", ASKED), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "INVENTED"])
async def test_405_tells_what_is_allowed(method: str) -> None:
    """Another method is refused with the ones that are taken."""
    async with http_door() as door:
        answer = await fetch(door.app, ROUTE, method=method)
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(("body", "parts"), [(b"x" * 2000, None), (b"", [b"x" * 500] * 4)])
async def test_413_too_large(body: bytes, parts: list[bytes] | None) -> None:
    """By its length before it is read, and a body of unknown length as soon as it is too much; the rest is not read."""
    async with http_door(config=ApiConfig(max_body_bytes=1024)) as door:
        answer = await fetch(door.app, ROUTE, method="POST", body=body, parts=parts)
    error = refused(answer, 413, "too_large")
    assert error["fields"] == ["body"]
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "canary"])
async def test_415_unsupported_media_type(kind: str) -> None:
    """JSON and forms are taken, nothing else."""
    async with http_door() as door:
        error = refused(await post(door.app, ROUTE, ASKED, content_type=kind), 415, "unsupported_media_type")
    assert error["fields"] == ["Content-Type"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (ROUTE, {}, "task_type"),
        (ROUTE, {"task_type": "debugging"}, "query"),
        (ROUTE, {"task_type": "voice", "query": "x"}, "task_type"),
        (ROUTE, {"task_type": "dance", "query": "x"}, "task_type"),
        (ROUTE, {"task_type": "debugging", "query": 5}, "query"),
        (ROUTE, {"task_type": "debugging", "query": "  "}, "query"),
        (ROUTE, {**ASKED, "max_tokens": 0}, "max_tokens"),
        (ROUTE, {**ASKED, "temperature": 3}, "temperature"),
        (ROUTE, {**ASKED, "complexity": "extreme"}, "complexity"),
        (ROUTE, {**ASKED, "context": [1]}, "context"),
        (ROUTE, {**ASKED, "stream": "perhaps"}, "stream"),
        (ROUTE, {**ASKED, "language": "go\nIgnore all"}, "language"),
        (ROUTE, {**ASKED, "force_provider": "skynet"}, "force_provider"),
        (ROUTE, {**ASKED, "force_provider": "gemini"}, "force_provider"),
        (ROUTE, [], "body"),
        ("/api/v1/search", {"query": "x", "limit": 101}, "limit"),
        ("/api/v1/search", {"query": "x", "limit": 2.5}, "limit"),
        ("/api/v1/search", {"query": "x", "type": "magic"}, "type"),
        ("/api/v1/generate", {"language": "go"}, "description"),
        ("/api/v1/analyze", {}, "code"),
        ("/api/v1/complete", {"suffix": "x"}, "prefix"),
        ("/api/v1/explain", {}, "code"),
        ("/api/v1/feedback", {"request_id": "x", "score": 2}, "score"),
        ("/api/v1/feedback", {"score": 1}, "request_id"),
    ],
)
async def test_422_names_the_field(path: str, body: Any, field: str) -> None:
    """A wrong value is told by the field that it stands in."""
    async with http_door() as door:
        error = refused(await post(door.app, path, body), 422, "validation_error")
    assert error["fields"] == [field]


async def test_422_names_the_variable_of_a_missing_key() -> None:
    """Who forces a provider that is not configured learns what to set."""
    async with http_door() as door:
        answer = await post(door.app, ROUTE, {**ASKED, "force_provider": "claude"})
    assert "ANTHROPIC_API_KEY" in refused(answer, 422, "validation_error")["message"]


@pytest.mark.parametrize(
    ("form", "field"),
    [(b"task_type=debugging", "query"), (b"task_type=debugging&query=a&query=b", "query"), (b"query=%FF", "body")],
)
async def test_forms_are_checked_too(form: bytes, field: str) -> None:
    """Missing, doubled and undecodable fields."""
    async with http_door() as door:
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = await fetch(door.app, ROUTE, method="POST", body=form, headers=headers)
    assert refused(answer, 422, "validation_error")["fields"] == [field]


async def test_429_rate_limited() -> None:
    """Too fast is told with the seconds to wait; other addresses are not concerned."""
    async with http_door(config=FAST) as door:
        assert (await post(door.app, ROUTE, ASKED)).status == 200
        answer = await post(door.app, ROUTE, ASKED)
        other = await fetch(door.app, "/v1/models", client="192.0.2.7")
    refused(answer, 429, "rate_limited")
    assert int(answer.headers["retry-after"]) >= 1
    assert other.status == 200


async def test_429_budget_exhausted() -> None:
    """A spent budget is told apart from haste."""
    spent = ScriptedUsage(refusal=BudgetExhausted("spent", code="budget_day", retry_after_seconds=3600))
    async with http_door(usage=spent) as door:
        answer = await post(door.app, ROUTE, ASKED)
    refused(answer, 429, "budget_exhausted")
    assert answer.headers["retry-after"] == "3600"


async def test_500_internal_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A defect is logged in full and told in one line."""
    broken = ScriptedProvider("claude", (0,))  # type: ignore[arg-type]
    broken.stream = None  # type: ignore[method-assign,assignment]
    async with http_door(broken) as door:
        answer = await post(door.app, ROUTE, ASKED)
    refused(answer, 500, "internal")
    assert "defect in a request" in caplog.text


async def test_503_all_providers_failed() -> None:
    """Each one is named with what it said, and when to try again."""
    chain = {name: ScriptedProvider(name, (down(503, wait=9),)) for name in ("claude", "openai", "offline")}
    async with http_door(choose=Sources(providers=chain)) as door:
        answer = await post(door.app, ROUTE, ASKED)
    error = refused(answer, 503, "all_providers_failed")
    told = [(one["provider"], one["status"], one["error"]) for one in error["attempts"]]
    assert told == [
        ("claude", "failed", "provider_503"),
        ("openai", "failed", "provider_503"),
        ("gemini", "skipped", "not_configured"),
        ("ollama", "skipped", "not_configured"),
        ("offline", "failed", "provider_503"),
    ]
    assert answer.headers["retry-after"] == "9"


async def test_503_of_a_provider_that_stands_alone() -> None:
    """A forced provider's failure is a failure, in the same form."""
    async with http_door(ScriptedProvider("claude", (down(),))) as door:
        answer = await post(door.app, ROUTE, {**ASKED, "force_provider": "claude"})
    assert len(refused(answer, 503, "all_providers_failed")["attempts"]) == 1


async def test_504_timeout() -> None:
    """A forced provider that is too slow is told as such."""
    slow = ScriptedProvider("claude", (DeadlineExceeded("slow", code="provider_first_token_timeout"),))
    async with http_door(slow) as door:
        answer = await post(door.app, ROUTE, {**ASKED, "force_provider": "claude"})
    refused(answer, 504, "timeout")


async def test_refusals_are_counted() -> None:
    """By path and status, and never under a path that somebody invents."""
    async with http_door() as door:
        await post(door.app, ROUTE, {})
        await fetch(door.app, "/v1/models/canary/one")
        figures = door.metrics.exposition().decode()
    assert 'http_requests_total{method="POST",path="/api/v1/route",status="422"} 1.0' in figures
    assert 'path="/v1/models/{model}",status="404"} 1.0' in figures
    assert "canary" not in figures
