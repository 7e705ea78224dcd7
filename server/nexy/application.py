"""The composition root: configuration → modules → workflows → transport → drain."""

import asyncio
import logging
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from nexy.config.module_sections import section_of
from nexy.config.sections import UnifiedConfig
from nexy.contracts.capabilities import ACCESS, CLOCK, CODE_SEARCH, COORDINATION, DATABASE, SWITCHES
from nexy.contracts.clock import Clock
from nexy.contracts.database import DatabaseFacts, DescribeDatabase
from nexy.contracts.demo import DEMO_PART, Demo, KeepDemo
from nexy.contracts.errors import StartFailed, Unavailable
from nexy.contracts.memory import MEMORY_MARK
from nexy.contracts.module import ModuleState, ModuleStatus
from nexy.core.backpressure_manager import BackpressureManager
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.module_factory import LASTING_MODULES, OPTIONAL_MODULES, PLANNED_MODULES, ModuleFactory
from nexy.core.server_report import ServerReport
from nexy.transport.grpc_service.grpc_server import VoiceServicer
from nexy.transport.http_service.api_app import CodeDoors
from nexy.transport.http_service.person_doors import PersonDoors
from nexy.transport.listeners import Listeners
from nexy.utils.clock import SystemClock
from nexy.utils.decision_counter import DecisionCounter
from nexy.utils.home_mark import HomeMark
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.rate_limiter import RateLimiter
from nexy.utils.run_file import HomeTaken, RunFile
from nexy.utils.supervisor import TaskSupervisor
from nexy.version import __version__
from nexy.workflows.account_trail import AccountTrail
from nexy.workflows.accounts import Accounts
from nexy.workflows.admission import Admission
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_metrics import CodeMetrics
from nexy.workflows.code_questions import CodeQuestions
from nexy.workflows.demo_index import DemoIndex
from nexy.workflows.grpc_service_integration import GrpcServiceIntegration
from nexy.workflows.interrupt import InterruptWorkflowIntegration
from nexy.workflows.journal import Journal
from nexy.workflows.memory import MemoryWorkflowIntegration
from nexy.workflows.rows import Rows
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration
from nexy.workflows.streaming import StreamingWorkflowIntegration
from nexy.workflows.usage import UsageWorkflowIntegration
from nexy.workflows.welcome import WelcomeWorkflowIntegration

_log = logging.getLogger("nexy.application")


class Application:
    """Every part of one server; `compose` alone gives commands the parts without a listener."""

    def __init__(
        self, config: UnifiedConfig, language: str, clock: Clock | None = None, only: Collection[str] = ()
    ) -> None:
        """`only` names the modules of a server with one purpose; without it every configured one is part of it."""
        self._config = config
        self._only = frozenset(only)
        self._clock = clock or SystemClock()
        self._began = self._clock.monotonic()
        self._run_file = RunFile(Path(config.home))
        self._supervisor = TaskSupervisor("application")
        self._pool = ThreadPoolExecutor(config.grpc.max_workers, thread_name_prefix="nexy-cpu")
        self._listeners: Listeners | None = None
        self._stopped = False
        self._database: DatabaseFacts | None = None
        self.metrics = MetricsCollector(config.metrics.window_seconds, self._clock)
        self._decisions = DecisionCounter(self.metrics)
        self.coordinator = ModuleCoordinator(OPTIONAL_MODULES)
        self.backpressure = BackpressureManager(config.backpressure)
        self.admission = Admission(self.coordinator, config.access.devices)
        self.interrupts = InterruptWorkflowIntegration(self.coordinator)
        self.welcome = WelcomeWorkflowIntegration(self.coordinator, config.welcome, language)
        self.sensors = SensorStreamWorkflowIntegration(self.coordinator, config.sensor_streams)
        self.usage = UsageWorkflowIntegration(self.coordinator)
        mark = HomeMark(Path(config.home), MEMORY_MARK)
        self.memory = MemoryWorkflowIntegration(self.coordinator, config.memory_management, mark)
        self.journal = Journal(self.coordinator, config.history.patience_seconds)
        figures = CodeMetrics(self.metrics.registry, config.ai_router.max_models)
        rows, grounding = config.token_usage.max_waiting_rows, config.code_search.grounding
        self.code = CodeAssistance(self.coordinator, figures, self._clock, rows, grounding)
        self.questions = CodeQuestions(self.coordinator, config.code_search.grounding, self.code.keep)
        streaming = StreamingWorkflowIntegration(self.coordinator, self.memory, self.questions)
        self.voice = GrpcServiceIntegration(self.coordinator, self.backpressure, streaming, self.journal)

    async def compose(self) -> None:
        """Start every module; raises `StartFailed` when a required one cannot."""
        asyncio.get_running_loop().set_default_executor(self._pool)
        self._decisions.attach()
        self.coordinator.provide(CLOCK, self._clock)
        factory = ModuleFactory()
        factory.discover()
        left_out = frozenset() if self._config.database.enabled else LASTING_MODULES
        wanted = self._only or frozenset(factory.capabilities) - left_out
        for capability in (name for name in factory.capabilities if name in wanted):
            self.coordinator.register(capability, factory.create(capability))
        await self.coordinator.initialize(partial(section_of, self._config))
        self._database = await self._facts()
        if not self._only:
            self._supervisor.spawn(self.questions.warm())

    async def _facts(self) -> DatabaseFacts | None:
        if not self.coordinator.has(DATABASE):
            return None
        with suppress(Unavailable):
            facts: DatabaseFacts = await self.coordinator.get(str(DATABASE)).process(DescribeDatabase())
            return facts
        return None

    async def listen(self) -> None:
        """Compose, open every door and tell commands where they are; raises `StartFailed` in one line."""
        try:
            self._run_file.claim()
        except HomeTaken as taken:
            raise StartFailed(f"NEXY_HOME: another server runs on {self._config.home}; stop it or set NEXY_HOME",
                              field="home") from taken  # fmt: skip
        await self.compose()
        if self.coordinator.has(ACCESS):
            await self.coordinator.get(ACCESS).process(KeepDemo())
        servicer = VoiceServicer(self.voice, self.interrupts, self.welcome, self.usage, self.admission)
        self._listeners = Listeners(self._config, servicer, self.sensors, self.metrics, self.report, self._code_doors())
        await self._listeners.open()
        self.metrics.run(self._supervisor)
        self._run_file.write(self._listeners.addresses)
        if self._demo() is Demo.ON and self.coordinator.has(CODE_SEARCH):
            self._supervisor.spawn(DemoIndex(self._config.home).run())
        _log.info("ready", extra={"decision": "start", "ctx": dict(self._listeners.addresses)})

    def _code_doors(self) -> CodeDoors:
        api, limits = self._config.api, self._config.api.limits
        # Counting together costs a round trip, so only replicas that share a Redis do it.
        shares = self._config.outside.redis_url and self.coordinator.has(COORDINATION)
        shared = self.coordinator.get(COORDINATION) if shares else None
        limiter = RateLimiter(limits.per_second, limits.burst, limits.max_callers, self._clock, shared)
        return CodeDoors(assistance=self.code, limiter=limiter, config=api, admission=self.admission,
                         persons=self._person_doors())  # fmt: skip

    def _person_doors(self) -> PersonDoors | None:
        """None for a server whose one purpose is another."""
        if self._only and ACCESS not in self._only:
            return None
        accounts = Accounts(self.coordinator, AccountTrail(self.metrics.registry, self._clock))
        rows = Rows(self.coordinator)
        return PersonDoors(accounts=accounts, rows=rows, admission=self.admission, config=self._config.access)

    def report(self) -> ServerReport:
        """The state of every part now."""
        absent = {name: ModuleStatus(state=ModuleState.ABSENT) for name in (*sorted(LASTING_MODULES), *PLANNED_MODULES)}
        switches = self.coordinator.get(SWITCHES).read() if self.coordinator.has(SWITCHES) else None
        return ServerReport(
            version=__version__,
            environment=self._config.environment,
            uptime_seconds=self._clock.monotonic() - self._began,
            accepts_work=not self.backpressure.stopped and switches is not None and switches.accepts_work,
            modules={**absent, **self.coordinator.status()},
            addresses=self._listeners.addresses if self._listeners else {},
            switched_off=switches.kill_switches.names if switches else (),
            database=self._database,
            demo=self._demo(),
            devices=self._config.access.devices,
        )

    def _demo(self) -> Demo:
        config = self._config
        if config.demo and config.environment == "prod":
            return Demo.IGNORED
        access = self.coordinator.status().get(ACCESS)
        return Demo(access.parts.get(DEMO_PART, Demo.OFF)) if access else Demo.OFF

    async def drain(self) -> None:
        """Refuse new work, let running turns finish within the grace period, then stop everything."""
        self.voice.drain()
        self.sensors.drain()
        if self._listeners is not None:
            await self._listeners.close(self._config.backpressure.grace_period_seconds)
        await self.stop()

    async def stop(self) -> None:
        """Stop at once; safe at any point of a start, and when called twice."""
        if self._stopped:
            return
        self._stopped = True
        self.backpressure.stop()
        if self._listeners is not None:
            await self._listeners.close(0.0)
        await self._supervisor.cleanup()
        # What turns left behind reaches the outbox before the modules stop; it drains itself as it stops.
        await asyncio.gather(self.journal.cleanup(), self.memory.cleanup(), self.code.cleanup())
        await self.coordinator.cleanup()
        self._decisions.detach()
        self.metrics.final()
        self._run_file.release()
        self._pool.shutdown(wait=False, cancel_futures=True)
