"""The voice's real parts around words that a test scripts."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from nexy.config.memory_management_section import MemoryConfig
from nexy.config.sections import (
    BackpressureConfig,
    FlagsSection,
    PromptsConfig,
    SentencesConfig,
    SessionsConfig,
    SpeechConfig,
)
from nexy.contracts.capabilities import CLOCK, INTERRUPTS, PROMPTS, SENTENCES, SESSIONS, SPEECH, SWITCHES
from nexy.contracts.errors import NexyError
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.switches import FeaturesConfig, KillSwitches
from nexy.contracts.words import AnswerPrompt, WordsBegun, WordsDelta, WordsEvent
from nexy.core.backpressure_manager import BackpressureManager
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.module_factory import OPTIONAL_MODULES, ModuleFactory
from nexy.utils.clock import SystemClock
from nexy.workflows.grpc_service_integration import GrpcServiceIntegration
from nexy.workflows.interrupt import InterruptWorkflowIntegration
from nexy.workflows.journal import Journal
from nexy.workflows.memory import MemoryWorkflowIntegration
from nexy.workflows.streaming import StreamingWorkflowIntegration

R = TypeVar("R")
Step = str | asyncio.Event | NexyError | WordsBegun


@dataclass(slots=True)
class Script:
    """What the model says: text, an event to wait for, or a failure; `prompts` and `closed` are what was seen."""

    steps: Sequence[Step] = ("Hello there. ",)
    prompts: list[AnswerPrompt] = field(default_factory=list)
    closed: int = 0


class ScriptedWords(UniversalModuleInterface):
    """Stands where text_processing stands and answers from its script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._handlers = RequestHandlers()

    async def initialize(self, section: object, peers: Peers) -> None:
        self._handlers.on(AnswerPrompt, self._answer)

    async def process(self, request: Request[R]) -> R:
        return await self._handlers.answer(request)

    async def _answer(self, request: AnswerPrompt) -> AsyncGenerator[WordsEvent, None]:
        self._script.prompts.append(request)
        return self._said()

    async def _said(self) -> AsyncGenerator[WordsEvent, None]:
        try:
            for step in self._script.steps:
                if isinstance(step, NexyError):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step if isinstance(step, WordsBegun) else WordsDelta(text=step)
        finally:
            self._script.closed += 1

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


@dataclass(slots=True, kw_only=True)
class VoiceParts:
    """Everything between the transport and the modules."""

    coordinator: ModuleCoordinator
    backpressure: BackpressureManager
    integration: GrpcServiceIntegration
    interrupts: InterruptWorkflowIntegration
    script: Script
    streaming: StreamingWorkflowIntegration
    journal: Journal
    memory: MemoryWorkflowIntegration


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a test wants to be different; `without` names modules to leave out.

    What needs the database is left out unless `extra` brings it.
    """

    features: FeaturesConfig = field(default_factory=lambda: FeaturesConfig(forward_assistant_actions=True))
    kill_switches: KillSwitches = field(default_factory=KillSwitches)
    slots: int = 10
    sentence_seconds: float = 0.5
    without: frozenset[str] = frozenset()
    extra: Mapping[str, UniversalModuleInterface] = field(default_factory=dict)


@asynccontextmanager
async def voice_parts(
    home: Path, steps: Sequence[Step] = ("Hello there. ",), setting: Setting | None = None
) -> AsyncIterator[VoiceParts]:
    """Start the real modules with scripted words and sound that costs nothing."""
    wanted = setting or Setting()
    script = Script(steps=steps)
    coordinator = ModuleCoordinator(OPTIONAL_MODULES)
    coordinator.provide(CLOCK, SystemClock())
    factory = ModuleFactory()
    for capability in (SWITCHES, SESSIONS, INTERRUPTS, SENTENCES, SPEECH):
        if capability not in wanted.without:
            coordinator.register(capability, factory.create(capability))
    if PROMPTS not in wanted.extra:
        coordinator.register(PROMPTS, ScriptedWords(script))
    for capability, module in wanted.extra.items():
        coordinator.register(capability, module)
    sections: dict[str, object] = {
        SWITCHES: FlagsSection(features=wanted.features, kill_switches=wanted.kill_switches, home=str(home)),
        SESSIONS: SessionsConfig(),
        SENTENCES: SentencesConfig(),
        PROMPTS: PromptsConfig(),
        SPEECH: SpeechConfig(engine="scripted", scripted_seconds=wanted.sentence_seconds),
    }
    backpressure = BackpressureManager(BackpressureConfig(max_concurrent_streams=wanted.slots))
    memory = MemoryWorkflowIntegration(coordinator, MemoryConfig())
    streaming = StreamingWorkflowIntegration(coordinator, memory)
    journal = Journal(coordinator)
    try:
        await coordinator.initialize(sections.get)
        yield VoiceParts(
            coordinator=coordinator,
            backpressure=backpressure,
            integration=GrpcServiceIntegration(coordinator, backpressure, streaming, journal),
            interrupts=InterruptWorkflowIntegration(coordinator),
            script=script,
            streaming=streaming,
            journal=journal,
            memory=memory,
        )
    finally:
        await journal.cleanup()
        await memory.cleanup()
        await coordinator.cleanup()
