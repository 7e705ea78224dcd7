"""The API's application as a whole: health, description, and who answers which path."""

import re
from dataclasses import replace

import pytest

from nexy.contracts.database import DatabaseFacts
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.core.server_report import ServerReport
from support.asgi import fetch
from support.http_door import REPORT, http_door

POSTED = ["route", "search", "generate", "analyze", "complete", "explain", "feedback"]
OWN = [f"/api/v1/{name}" for name in POSTED]
OPENAI = ["/v1/chat/completions", "/v1/embeddings", "/v1/models", "/v1/models/{model}"]
DECLARED = {"200", "400", "401", "403", "405", "413", "415", "422", "429", "503", "504"}
LOST = ModuleStatus(state=ModuleState.DEGRADED, detail="DATABASE_URL does not answer")
HAD = object.__new__(DatabaseFacts)


@pytest.mark.parametrize(
    ("report", "status", "health"),
    [
        (REPORT, 200, "healthy"),
        (replace(REPORT, modules={"database": LOST}), 200, "degraded"),
        (replace(REPORT, modules={"database": LOST}, database=HAD), 503, "degraded"),
        (replace(REPORT, modules={"database": ModuleStatus(state=ModuleState.RUNNING)}, database=HAD), 200, "healthy"),
        (replace(REPORT, modules={"speech": ModuleStatus(state=ModuleState.FAILED)}, database=HAD), 200, "degraded"),
    ],
)
async def test_health_is_503_only_when_a_database_is_lost(report: ServerReport, status: int, health: str) -> None:
    """A part that is down degrades; a database that the server had and lost takes it out of service."""
    async with http_door() as door:
        door.report[0] = report
        answer = await fetch(door.app, "/health")
    assert (answer.status, answer.json["status"]) == (status, health)
    assert set(answer.json) == {"status", "version", "uptime_seconds", "services", "providers"}


async def test_the_description_is_complete() -> None:
    """Every path with its body, its reply and each refusal, all of them defined; forms where they are taken."""
    async with http_door() as door:
        document = (await fetch(door.app, "/openapi.json")).json
    assert {*OWN, *OPENAI, "/health", "/metrics", "/docs", "/api/v1/providers"} <= set(document["paths"])
    schemas = document["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", str(document))) <= set(schemas)
    for path in OWN:
        operation = document["paths"][path]["post"]
        assert set(operation["responses"]) >= DECLARED
        assert set(operation["requestBody"]["content"]) == {"application/json", "application/x-www-form-urlencoded"}
    assert "text/event-stream" in document["paths"]["/api/v1/route"]["post"]["responses"]["200"]["content"]
    assert {tuple(one["required"]) for one in schemas["GenerateBody"]["anyOf"]} == {
        ("description",), ("requirements",), ("prompt",),
    }  # fmt: skip
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)


async def test_health_declares_its_503() -> None:
    """With the same body."""
    async with http_door() as door:
        document = (await fetch(door.app, "/openapi.json")).json
    responses = document["paths"]["/health"]["get"]["responses"]
    assert responses["503"]["content"] == responses["200"]["content"]


async def test_the_docs_need_no_network() -> None:
    """The page names every path and loads nothing."""
    async with http_door() as door:
        page = (await fetch(door.app, "/docs")).body.decode()
    assert all(path in page for path in (*OWN, *OPENAI))
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert "<script" not in page


async def test_providers_are_told_in_full() -> None:
    """What `nexy providers` shows."""
    async with http_door() as door:
        told = (await fetch(door.app, "/api/v1/providers")).json["providers"]
    assert [one["name"] for one in told] == ["claude", "openai", "gemini", "ollama", "offline"]


async def test_metrics_show_the_moment() -> None:
    """Breakers of every provider are there before anything was asked."""
    async with http_door() as door:
        figures = (await fetch(door.app, "/metrics")).body.decode()
    assert 'nexy_provider_breaker_state{provider="ollama",state="closed"} 1.0' in figures
