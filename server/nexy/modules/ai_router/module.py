"""The capability `ai_router`: words for a question, from whoever answers."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import ClassVar

from nexy.config.ai_router_section import WordsConfig
from nexy.config.routing_file import packaged_routing
from nexy.contracts.capabilities import CLOCK, COORDINATION, SWITCHES, USAGE
from nexy.contracts.capability import Capability
from nexy.contracts.clock import Clock
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import M, ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.routing import (
    AnswerQuality,
    AskOffline,
    DescribeProviders,
    DescribeQuality,
    Embeddings,
    EmbedTexts,
    ForeseeTask,
    ForeseeVectors,
    JudgeAnswer,
    ProviderFacts,
    RouteEvent,
    RouteTask,
)
from nexy.contracts.usage import Expected
from nexy.contracts.words import GenerateWords, WordsEvent
from nexy.modules.ai_router.choice import Sources, choose_sources
from nexy.modules.ai_router.router import Router
from nexy.modules.ai_router.routing.voice import spoken

Choose = Callable[[WordsConfig, Clock], Sources]


class AiRouterModule(UniversalModuleInterface):
    """Answers from the configured providers by the routing table, the offline brain last."""

    requires: ClassVar[Sequence[str]] = (CLOCK,)
    wants: ClassVar[Sequence[str]] = (SWITCHES, COORDINATION, USAGE)

    def __init__(self, choose: Choose = choose_sources) -> None:
        self._choose = choose
        self._router: Router | None = None
        self._handlers = RequestHandlers()
        self._handlers.on(GenerateWords, self._generate)
        self._handlers.on(RouteTask, self._route)
        self._handlers.on(AskOffline, self._ask_offline)
        self._handlers.on(EmbedTexts, self._embed)
        self._handlers.on(ForeseeTask, self._foresee)
        self._handlers.on(ForeseeVectors, self._foresee_vectors)
        self._handlers.on(DescribeProviders, self._describe)
        self._handlers.on(JudgeAnswer, self._judge)
        self._handlers.on(DescribeQuality, self._quality)

    async def initialize(self, section: WordsConfig, peers: Peers) -> None:
        """Set up the providers; none is contacted yet. Raises `ConfigurationInvalid` naming the key."""
        clock = peers.get(CLOCK)
        switches = _wanted(peers, SWITCHES)
        self._router = Router(
            section,
            self._choose(section, clock),
            clock=clock,
            routing=packaged_routing if switches is None else lambda: switches.read().routing,
            coordination=_wanted(peers, COORDINATION),
            usage=_wanted(peers, USAGE),
        )

    async def process(self, request: Request[R]) -> R:
        """Answer one request; a streamed answer is the caller's generator to close."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Close the connections of every provider."""
        router, self._router = self._router, None
        if router is not None:
            await router.close()

    def status(self) -> ModuleStatus:
        """Degraded while a provider fails and others answer in its place."""
        if self._router is None:
            return ModuleStatus(state=ModuleState.STOPPED)
        parts = self._router.states
        if troubles := self._router.troubles:
            detail = ", ".join(f"{name}: {code}" for name, code in troubles.items())
            return ModuleStatus(state=ModuleState.DEGRADED, detail=detail, parts=parts)
        return ModuleStatus(state=ModuleState.RUNNING, detail=" > ".join(self._router.voice_chain), parts=parts)

    @property
    def _running(self) -> Router:
        if self._router is None:
            raise Unavailable("The source of words is not running.", code="ai_router_stopped")
        return self._router

    async def _generate(self, request: GenerateWords) -> AsyncGenerator[WordsEvent, None]:
        return spoken(await self._running.speak(request.chat, request.task_type))

    async def _route(self, request: RouteTask) -> AsyncGenerator[RouteEvent, None]:
        return await self._running.answer(request.task)

    async def _ask_offline(self, request: AskOffline) -> str:
        return await self._running.ask_offline(request.brief)

    async def _embed(self, request: EmbedTexts) -> Embeddings:
        return await self._running.vectors.embed(request.texts, request.model)

    async def _foresee(self, request: ForeseeTask) -> Expected:
        return self._running.foresee(request.task)

    async def _foresee_vectors(self, request: ForeseeVectors) -> Expected:
        return self._running.vectors.expected(request.texts, request.model)

    async def _describe(self, _: DescribeProviders) -> Sequence[ProviderFacts]:
        return await self._running.facts()

    async def _judge(self, request: JudgeAnswer) -> bool:
        return self._running.quality.judge(request)

    async def _quality(self, _: DescribeQuality) -> Sequence[AnswerQuality]:
        return self._running.quality.shares()


def _wanted(peers: Peers, capability: Capability[M]) -> M | None:
    try:
        return peers.get(capability)
    except Unavailable:
        return None
