"""GET /api/v1/providers."""

from nexy.config.ai_router_section import ClaudeConfig, WordsConfig
from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.modules.ai_router.choice import choose_sources
from nexy.utils.clock import SystemClock
from support.asgi import fetch
from support.http_door import http_door

PATH = "/api/v1/providers"
KEPT = ApiConfig(keys="ada=right", key_required=True)


async def test_every_provider_is_described() -> None:
    """Configured or not, in a fixed order, without keys."""
    section = WordsConfig(claude=ClaudeConfig(api_key="canary", model="sonnet"))
    async with http_door(words=section, choose=choose_sources(section, SystemClock())) as door:
        answer = await fetch(door.app, PATH)
    assert answer.status == 200
    assert b"canary" not in answer.body
    rows = answer.json["providers"]
    assert [row["name"] for row in rows] == ["claude", "openai", "gemini", "ollama", "offline"]
    assert rows[0] == {
        "name": "claude", "model": "sonnet", "configured": True, "variable": "ANTHROPIC_API_KEY", "breaker": "closed",
        "last_error": "", "calls": 0, "failures": 0, "p50_ms": None, "p95_ms": None, "cost_usd": "0",
        "unpriced_calls": 0,
    }  # fmt: skip
    assert rows[1]["variable"] == "OPENAI_API_KEY or OPENAI_BASE_URL"


async def test_a_router_that_does_not_run_is_unavailable() -> None:
    """503 with the reason."""
    async with http_door() as door:
        await door.router.cleanup()
        answer = await fetch(door.app, PATH)
    assert answer.status == 503
    assert answer.json["error"]["code"] == "unavailable"


async def test_who_needs_a_key_for_the_rest_needs_one_here() -> None:
    """Models, failures and costs are the operator's business."""
    async with http_door(config=KEPT) as door:
        without = await fetch(door.app, PATH)
        wrong = await fetch(door.app, PATH, headers={"authorization": "Bearer guess"})
        right = await fetch(door.app, PATH, headers={"x-api-key": "right"})
    assert (without.status, wrong.status, right.status) == (401, 401, 200)
    assert without.json["error"]["code"] == wrong.json["error"]["code"] == "invalid_token"
    assert b"sonnet" not in without.body


async def test_looking_too_often_is_limited_too() -> None:
    """429 with the time to wait, like everywhere."""
    limits = ApiLimitsConfig(per_second=0.001, burst=1)
    async with http_door(config=ApiConfig(limits=limits)) as door:
        first, second = await fetch(door.app, PATH), await fetch(door.app, PATH)
    assert (first.status, second.status) == (200, 429)
    assert int(second.headers["retry-after"]) >= 1


async def test_it_is_only_read() -> None:
    """Another method is told what is taken."""
    async with http_door() as door:
        answer = await fetch(door.app, PATH, method="POST", body=b"{}")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
