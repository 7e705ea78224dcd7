"""The API's application over a real router whose providers play a script."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp

from nexy.config.ai_router_section import AnswerCacheConfig, RetryConfig, WordsConfig
from nexy.config.api_section import ApiConfig
from nexy.contracts.capabilities import CLOCK, CODE_SEARCH, WORDS
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.server_report import ServerReport
from nexy.modules.ai_router.choice import Sources
from nexy.modules.ai_router.module import AiRouterModule
from nexy.transport.http_service.api_app import CodeDoors, api_app
from nexy.utils.clock import SystemClock
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.admission import Admission
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_metrics import CodeMetrics
from support.scripted_providers import ScriptedProvider, sources
from support.scripted_search import ScriptedSearch
from support.scripted_usage import ScriptedUsage

REPORT = ServerReport(
    version="1.2.3",
    environment="dev",
    uptime_seconds=5.0,
    accepts_work=True,
    modules={"ai_router": ModuleStatus(state=ModuleState.RUNNING, parts={"offline": "configured"})},
)


class LoopTime(SystemClock):
    """Wall-clock time that stands still, so that windows of limits do not turn in the middle of a test."""

    def now(self) -> datetime:
        return datetime(2026, 3, 14, tzinfo=UTC)


@dataclass(kw_only=True)
class HttpDoor:
    """The application and everything behind it; `report` is what /health tells."""

    app: ASGIApp
    metrics: MetricsCollector
    assistance: CodeAssistance
    usage: ScriptedUsage
    router: AiRouterModule
    report: list[ServerReport] = field(default_factory=lambda: [REPORT])


@asynccontextmanager
async def http_door(
    *providers: ScriptedProvider,
    usage: ScriptedUsage | None = None,
    config: ApiConfig | None = None,
    words: WordsConfig | None = None,
    choose: Sources | None = None,
    limiter: RateLimiter | None = None,
    parts: Mapping[Any, object] | None = None,
    max_waiting_rows: int = 5000,
) -> AsyncIterator[HttpDoor]:
    """The door over these providers and the offline one; nobody is asked twice, nothing is cached or found.

    A part that is None is not there.
    """
    clock, coordinator = LoopTime(), ModuleCoordinator()
    metrics = MetricsCollector(60, clock)
    ledger = usage or ScriptedUsage()
    router = AiRouterModule(lambda *_: choose or sources(*providers, takes_any_model="openai"))
    coordinator.provide(CLOCK, clock)
    for name, part in ({CODE_SEARCH: ScriptedSearch()} | dict(parts or {})).items():
        if part is not None:
            coordinator.provide(name, part)
    coordinator.register(WORDS, router)
    coordinator.register("token_usage", ledger)
    section = words or WordsConfig(retry=RetryConfig(attempts=1), cache=AnswerCacheConfig(exact_seconds=0))
    await coordinator.initialize(lambda name: section if name == WORDS else None)
    figures = CodeMetrics(metrics.registry, section.max_models)
    assistance = CodeAssistance(coordinator, figures, clock, max_waiting_rows)
    api = config or ApiConfig()
    limits = api.limits
    limiter = limiter or RateLimiter(limits.per_second, limits.burst, limits.max_callers, clock)
    told = [REPORT]
    doors = CodeDoors(assistance=assistance, limiter=limiter, config=api, admission=Admission(coordinator))
    app = api_app(lambda: told[0], metrics, "1.2.3", doors)
    try:
        yield HttpDoor(app=app, metrics=metrics, assistance=assistance, usage=ledger, router=router, report=told)
    finally:
        await assistance.cleanup()
        await coordinator.cleanup()
