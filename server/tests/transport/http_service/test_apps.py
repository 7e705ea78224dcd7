"""The HTTP doors: documented answers, the one error form, HEAD, metrics."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nexy.contracts.errors import TAXONOMY, ErrorType, NexyError
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.core.server_report import ServerReport
from nexy.transport.http_service.api_app import api_app
from nexy.transport.http_service.http_errors import EXCEPTION_HANDLERS
from nexy.transport.http_service.status_app import status_app
from nexy.utils.clock import SystemClock
from nexy.utils.metrics_collector import MetricsCollector
from support.asgi import Answer, fetch

REPORT = ServerReport(
    version="1.2.3",
    environment="dev",
    uptime_seconds=5.0,
    accepts_work=True,
    modules={
        "ai_router": ModuleStatus(
            state=ModuleState.RUNNING,
            detail="openai > offline",
            parts={"openai": "configured", "offline": "configured"},
        ),
        "audio_generation": ModuleStatus(state=ModuleState.FAILED, detail="no loudspeaker"),
        "database": ModuleStatus(state=ModuleState.ABSENT),
    },
    addresses={"grpc": "127.0.0.1:1"},
    switched_off=("disable_forward_assistant_actions",),
    devices="required",
)


@dataclass
class Api:
    """The API application and its metrics."""

    app: Starlette
    metrics: MetricsCollector


@pytest.fixture
def api() -> Api:
    metrics = MetricsCollector(60, SystemClock())
    return Api(api_app(lambda: REPORT, metrics, "1.2.3"), metrics)


async def test_each_listener_points_to_what_it_has(api: Api) -> None:
    """The status listener has no description that could list anything."""
    told = [(await fetch(app, "/nowhere")).json["error"]["message"] for app in (status_app(lambda: REPORT), api.app)]
    assert "/health and /status" in told[0]
    assert "/openapi.json" in told[1]


async def test_health_is_cached_for_half_a_minute_and_names_one_version() -> None:
    """{status, latest_version, latest_build}, strings, equal, public, max-age=30."""
    answer = await fetch(status_app(lambda: REPORT), "/health")
    assert answer.json == {"status": "OK", "latest_version": "1.2.3", "latest_build": "1.2.3"}
    assert answer.headers["cache-control"] == "public, max-age=30"


async def test_status_names_every_part_and_its_reason() -> None:
    """The documented fields, absent parts too, what failed and why, what was switched off."""
    told = (await fetch(status_app(lambda: REPORT), "/status")).json
    assert told["status"] == "running"
    assert told["service"] == "voice-assistant"
    assert told["modules"] == {"ai_router": "running", "audio_generation": "failed", "database": "absent"}
    assert told["reasons"] == {"audio_generation": "no loudspeaker"}
    assert told["switched_off"] == ["disable_forward_assistant_actions"]
    assert (told["demo"], told["devices"]) == ("off", "required")
    assert told["endpoints"]["grpc"] == "127.0.0.1:1"
    assert told["environment"] == "dev"


async def test_api_health_is_degraded_while_a_part_is_down(api: Api) -> None:
    """A failed part makes it degraded, an absent one does not."""
    told = (await fetch(api.app, "/health")).json
    assert told["status"] == "degraded"
    assert told["services"]["audio_generation"] == "failed"
    whole = replace(REPORT, modules={"ai_router": ModuleStatus(state=ModuleState.RUNNING)})
    healthy = api_app(lambda: whole, MetricsCollector(60, SystemClock()), "1.2.3")
    assert (await fetch(healthy, "/health")).json["status"] == "healthy"


PARTS = {"openai": "provider_503", "offline": "configured"}
FAILING = ModuleStatus(state=ModuleState.DEGRADED, detail="openai: provider_503", parts=PARTS)


@pytest.mark.parametrize(
    ("modules", "providers"),
    [
        (REPORT.modules, {"openai": "configured", "offline": "configured"}),
        ({"ai_router": FAILING}, PARTS),
        ({"ai_router": ModuleStatus(state=ModuleState.FAILED, detail="no key, no words")}, {}),
        ({}, {}),
    ],
)
async def test_providers_are_told_one_by_one(modules: dict[str, ModuleStatus], providers: dict[str, str]) -> None:
    """Each by its own name with its own state, also while one fails; without words there are none."""
    app = api_app(lambda: replace(REPORT, modules=modules), MetricsCollector(60, SystemClock()), "1.2.3")
    assert (await fetch(app, "/health")).json["providers"] == providers


async def test_metrics_count_requests_and_hide_unknown_paths(api: Api) -> None:
    """Known paths have their own label; everything else is one, so that a scan cannot grow the metrics."""
    await fetch(api.app, "/health")
    for number in range(5):
        await fetch(api.app, f"/nowhere/{number}")
    figures = (await fetch(api.app, "/metrics")).body.decode()
    assert 'http_requests_total{method="GET",path="/health",status="200"} 1.0' in figures
    assert 'http_requests_total{method="GET",path="other",status="404"} 5.0' in figures
    assert "/nowhere" not in figures


async def test_invented_methods_share_one_label(api: Api) -> None:
    """A method is whatever a client writes; the metrics know the usual ones and OTHER."""
    for number in range(3):
        await fetch(api.app, "/health", method=f"INVENTED{number}")
    await fetch(api.app, "/health", method="DELETE")
    figures = (await fetch(api.app, "/metrics")).body.decode()
    assert 'http_requests_total{method="OTHER",path="/health",status="405"} 3.0' in figures
    assert 'http_requests_total{method="DELETE",path="/health",status="405"} 1.0' in figures
    assert "INVENTED" not in figures


async def test_the_description_is_openapi_and_complete(api: Api) -> None:
    """Every route stands in /openapi.json with its reply and the form of refusals; /docs shows the same."""
    described = (await fetch(api.app, "/openapi.json")).json
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {"/health", "/metrics", "/openapi.json", "/docs"}
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].endswith(
                "ErrorReply"
            )
    docs = (await fetch(api.app, "/docs")).body.decode()
    assert all(path in docs for path in described["paths"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nowhere", 404, "not_found"), ("POST", "/health", 405, "method_not_allowed")],
)
async def test_what_the_framework_refuses_has_the_same_form(
    api: Api, method: str, path: str, status: int, code: str
) -> None:
    """{error: {code, message}, request_id} for unknown paths and methods."""
    answer = await fetch(api.app, path, method=method)
    assert answer.status == status
    assert answer.json["error"]["code"] == code
    assert answer.json["request_id"]


def every_error() -> Iterator[type[NexyError]]:
    waiting = [NexyError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        # Those of one module have constructors of their own and the row of their base.
        if kind.__module__ == NexyError.__module__:
            yield kind


async def failing_with(error: Exception) -> Answer:
    async def fail(_: Request) -> Response:
        raise error

    return await fetch(Starlette(routes=[Route("/", fail)], exception_handlers=EXCEPTION_HANDLERS), "/")


@pytest.mark.parametrize("kind", list(every_error()), ids=lambda kind: kind.__name__)
async def test_every_error_answers_by_its_row(kind: type[NexyError]) -> None:
    """Status and code are those of the taxonomy; the field and the time to retry are passed on."""
    answer = await failing_with(kind("it went wrong", code=None, field="prompt", retry_after_seconds=3))
    row = TAXONOMY[kind.error_type]
    assert answer.status == row.http_status
    assert answer.json["error"] == {"code": row.http_name, "message": "it went wrong", "fields": ["prompt"]}
    assert answer.headers["retry-after"] == "3"


async def test_a_defect_tells_nothing() -> None:
    """An unexpected exception is 500 internal without its text."""
    answer = await failing_with(ZeroDivisionError("a secret"))
    assert answer.status == 500
    assert answer.json["error"]["code"] == "internal"
    assert "secret" not in answer.body.decode()


def test_the_taxonomy_knows_every_type() -> None:
    """Each error type has exactly one row, and rows use real gRPC statuses."""
    import grpc

    assert set(TAXONOMY) == set(ErrorType)
    for row in TAXONOMY.values():
        assert row.grpc_status in grpc.StatusCode.__members__
        assert json.dumps(row.http_name)
