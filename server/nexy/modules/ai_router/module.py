"""The capability `ai_router`: words for a question."""

from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar

from nexy.config.sections import WordsConfig
from nexy.contracts.capabilities import CLOCK
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.words import GenerateWords, WordsEvent
from nexy.modules.ai_router.chain import ProviderChain
from nexy.modules.ai_router.choice import choose_providers


class AiRouterModule(UniversalModuleInterface):
    """Answers `GenerateWords` from the configured providers, the offline brain last."""

    requires: ClassVar[Sequence[str]] = (CLOCK,)

    def __init__(self) -> None:
        self._chain: ProviderChain | None = None
        self._handlers = RequestHandlers()
        self._handlers.on(GenerateWords, self._generate)

    async def initialize(self, section: WordsConfig, peers: Peers) -> None:
        """Set up the chain; no provider is contacted yet. Raises `ConfigurationInvalid` naming the key."""
        self._chain = ProviderChain(choose_providers(section, peers.get(CLOCK)))

    async def process(self, request: Request[R]) -> R:
        """Answer one request; the words are the caller's generator to close."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Close the connections of every provider."""
        chain, self._chain = self._chain, None
        if chain is not None:
            await chain.close()

    def status(self) -> ModuleStatus:
        """Degraded while the first provider fails and others answer in its place."""
        if self._chain is None:
            return ModuleStatus(state=ModuleState.STOPPED)
        parts = self._chain.states
        if self._chain.failing:
            return ModuleStatus(state=ModuleState.DEGRADED, detail=self._chain.failing, parts=parts)
        return ModuleStatus(state=ModuleState.RUNNING, detail=" > ".join(parts), parts=parts)

    async def _generate(self, request: GenerateWords) -> AsyncGenerator[WordsEvent, None]:
        if self._chain is None:
            raise Unavailable("The source of words is not running.", code="ai_router_stopped")
        return self._chain.stream(request.chat)
