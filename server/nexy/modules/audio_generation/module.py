"""The capability `audio_generation`."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TypeVar

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import ConfigurationInvalid, Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent
from nexy.modules.audio_generation.engine import SpeechEngine
from nexy.modules.audio_generation.espeak_engine import EspeakEngine
from nexy.modules.audio_generation.scripted_engine import ScriptedEngine

R = TypeVar("R")
_log = logging.getLogger("nexy.audio_generation")

ENGINES: Mapping[str, Callable[[SpeechConfig], SpeechEngine]] = {"espeak": EspeakEngine, "scripted": ScriptedEngine}


def make_engine(settings: SpeechConfig) -> SpeechEngine:
    """The configured engine; raises `ConfigurationInvalid` for one that is not built yet."""
    make = ENGINES.get(settings.engine)
    if make is None:
        available = ", ".join(sorted(ENGINES))
        raise ConfigurationInvalid(
            f"audio_generation.engine (TTS_ENGINE): {settings.engine} is not available here; available: {available}",
            field="audio_generation.engine",
        )
    return make(settings)


class AudioGenerationModule(UniversalModuleInterface):
    """Answers `Speak`."""

    def __init__(self) -> None:
        self._handlers = RequestHandlers()
        self._handlers.on(Speak, self._speak)
        self._state = ModuleState.ABSENT
        self._failure = ""
        self._engine: SpeechEngine | None = None

    async def initialize(self, section: SpeechConfig, peers: Peers) -> None:
        """Start the configured engine; raises `ConfigurationInvalid` or `Unavailable` with the reason."""
        self._state = ModuleState.STARTING
        try:
            self._engine = make_engine(section)
            await self._engine.start()
        except (ConfigurationInvalid, Unavailable) as error:
            self._state, self._failure = ModuleState.FAILED, error.message
            raise
        self._state = ModuleState.RUNNING
        context = {"engine": self._engine.name, "sample_rate": section.sample_rate}
        _log.info("speech is ready", extra={"decision": "start", "ctx": context})

    async def process(self, request: Request[R]) -> R:
        """Answer `Speak` with the sentence's sound, for the caller to close."""
        return await self._handlers.answer(request)

    async def _speak(self, request: Speak) -> AsyncGenerator[SoundEvent, None]:
        if self._engine is None or self._state is not ModuleState.RUNNING:
            raise Unavailable(self._failure or "speech is not running")
        return self._engine.speak(request)

    async def cleanup(self) -> None:
        """Stop the engine and every process of it."""
        if self._state is not ModuleState.FAILED:
            self._state = ModuleState.STOPPED
        if self._engine is not None:
            await self._engine.stop()

    def status(self) -> ModuleStatus:
        """The present state; degraded, with the reason, while nothing can be spoken."""
        trouble = self._engine.trouble() if self._engine is not None else ""
        if self._state is ModuleState.RUNNING and trouble:
            return ModuleStatus(state=ModuleState.DEGRADED, detail=trouble)
        return ModuleStatus(state=self._state, detail=self._failure)
