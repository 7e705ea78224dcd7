"""The Supabase-compatible listener beside that of the API: the same doors, and no others."""

from starlette.types import ASGIApp

from nexy.config.access_section import AccessConfig
from nexy.config.api_section import ApiConfig
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.transport.http_service.api_app import CodeDoors, api_app
from nexy.transport.http_service.front import Front
from nexy.transport.http_service.person_doors import PersonDoors, supabase_app
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.accounts import Accounts
from nexy.workflows.admission import Admission
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_metrics import CodeMetrics
from nexy.workflows.rows import Rows
from support.asgi import fetch
from support.clock import FakeClock
from support.http_door import REPORT

PAGE = "http://app.example:3000"
ASKS_FIRST = {
    "origin": PAGE,
    "access-control-request-method": "POST",
    "access-control-request-headers": "apikey,authorization,content-profile,content-type,prefer,x-client-info",
}


def both(api: ApiConfig | None = None) -> tuple[ASGIApp, ASGIApp, MetricsCollector]:
    """The two applications of a server without the module `access`, and their figures."""
    coordinator, clock, config = ModuleCoordinator(), FakeClock(), api or ApiConfig()
    metrics = MetricsCollector(60, clock)
    persons = PersonDoors(accounts=Accounts(coordinator), rows=Rows(coordinator), admission=Admission(coordinator),
                          config=AccessConfig())  # fmt: skip
    code = CodeDoors(assistance=CodeAssistance(coordinator, CodeMetrics(metrics.registry, 10), clock, 10),
                     limiter=RateLimiter(0, 1, 1, clock), config=config, persons=persons)  # fmt: skip
    front = api_app(lambda: REPORT, metrics, "1.2.3", code)
    assert isinstance(front, Front)
    return front, supabase_app(front, code.person_routes(), config, "127.0.0.1"), metrics


async def test_both_listeners_have_the_doors_of_persons() -> None:
    """/rest/v1 and /auth/v1 answer on either: here that nobody can be asked."""
    for app in both()[:2]:
        for path in ("/rest/v1/projects", "/auth/v1/user"):
            told = await fetch(app, path, headers={"authorization": "Bearer eyJ.x.y"})
            assert told.status == 503, (path, told.body)
        assert (await fetch(app, "/rest/v1/projects")).json["code"] == "PGRST302"
        assert (await fetch(app, "/rest/v1/")).json["code"] == "PGRST302"
        assert (await fetch(app, "/rest/v1")).json["code"] == "PGRST302"


async def test_the_apis_own_paths_are_on_its_own_listener() -> None:
    """Nothing else is published by the one for Supabase clients; strange hosts are refused on both."""
    api, supabase, _ = both()
    for path in ("/health", "/metrics", "/docs", "/api/v1/providers", "/v1/models", "/", "/storage/v1/bucket"):
        absent = await fetch(supabase, path)
        assert (absent.status, absent.json["error"]["code"]) == (404, "not_found")
        # What cannot be asked here is not pointed to.
        assert "not offered here" in absent.json["error"]["message"]
        assert "openapi" not in absent.json["error"]["message"]
    assert "/openapi.json" in (await fetch(api, "/nowhere")).json["error"]["message"]
    for app in (api, supabase):
        assert (await fetch(app, "/rest/v1/projects", host="evil.example")).json["code"] == "42501"


async def test_pages_may_ask_with_the_headers_of_supabase_js() -> None:
    """An admitted origin may send and read them; any other is refused."""
    _, supabase, _ = both(ApiConfig(allowed_origins=PAGE))
    first = await fetch(supabase, "/rest/v1/projects", method="OPTIONS", headers=ASKS_FIRST)
    assert first.status == 204
    assert "x-client-info" in first.headers["access-control-allow-headers"]
    told = await fetch(supabase, "/rest/v1/projects", headers={"origin": PAGE})
    assert told.headers["access-control-allow-origin"] == PAGE
    assert "Content-Range" in told.headers["access-control-expose-headers"]
    assert (await fetch(supabase, "/rest/v1/projects", headers={"origin": "http://evil.example"})).status == 403


async def test_requests_of_both_are_counted_together() -> None:
    """One figure for one path, whichever listener it came by; unknown paths share one."""
    api, supabase, metrics = both()
    for app in (api, supabase):
        await fetch(app, "/rest/v1/projects")
    await fetch(supabase, "/health")
    told = metrics.exposition().decode()
    assert 'http_requests_total{method="GET",path="/rest/v1/{table}",status="401"} 2.0' in told
    assert 'http_requests_total{method="GET",path="other",status="404"} 1.0' in told


async def test_the_description_names_each_verb() -> None:
    """/openapi.json on the API's listener."""
    api, _, _ = both()
    paths = (await fetch(api, "/openapi.json")).json["paths"]
    assert set(paths["/rest/v1/{table}"]) == {"get", "post", "patch", "delete"}
    assert set(paths["/rest/v1/{table}"]["get"]["responses"]) >= {"200", "400", "401", "404", "406", "416"}
    assert "/rest/v1/" not in paths
