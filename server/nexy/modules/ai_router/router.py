"""One answer for one task: by the table, through cache and chain."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.completions import Question
from nexy.contracts.coordination import Coordination
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.routing import BreakerState, Brief, ProviderFacts, RouteEvent, Task
from nexy.contracts.routing_table import OFFLINE, PROVIDERS, Prefer, RoutingTable
from nexy.contracts.usage import Expected
from nexy.contracts.words import Chat, WordsDelta
from nexy.modules.ai_router.choice import Sources
from nexy.modules.ai_router.provider import Enquiry
from nexy.modules.ai_router.routing.answer_cache import AnswerCache, key_of
from nexy.modules.ai_router.routing.books import Books
from nexy.modules.ai_router.routing.chain import ProviderChain
from nexy.modules.ai_router.routing.circuit_breaker import Breakers
from nexy.modules.ai_router.routing.facts import FactsBook
from nexy.modules.ai_router.routing.foresight import Foresight
from nexy.modules.ai_router.routing.planner import Planner
from nexy.modules.ai_router.routing.prices import PriceBook
from nexy.modules.ai_router.routing.quality import QualityBook
from nexy.modules.ai_router.routing.vectors import VectorSources
from nexy.modules.ai_router.routing.voice import enquiry_of
from nexy.modules.ai_router.variables import variables_of

_SHOWN = (*PROVIDERS, OFFLINE)


class Router:
    """Lives from start to cleanup of the module.

    `routing` gives the table in force; without coordination nothing is cached, without usage nothing has a price.
    """

    def __init__(
        self,
        config: WordsConfig,
        sources: Sources,
        *,
        clock: Clock,
        routing: Callable[[], RoutingTable],
        coordination: Coordination | None = None,
        usage: UniversalModuleInterface | None = None,
    ) -> None:
        self._config = config
        self._sources = sources
        self._routing = routing
        self._alone = "" if config.provider == "auto" else config.provider
        self._prices = PriceBook(usage)
        self.quality = QualityBook(config.remembered_requests, config.quality_window)
        self._books = Books(
            breakers=Breakers(config.breaker, clock), facts=FactsBook(config), quality=self.quality, clock=clock
        )
        self._chain = ProviderChain(self._books, config.retry)
        self.vectors = VectorSources(config, sources, self._books)
        self._foresight = Foresight(config)
        self._planner = Planner(
            sources.providers, self._speed, self._prices.of_a_million, config, takes_any_model=sources.takes_any_model
        )
        self._cache: AnswerCache | None = None
        if coordination is not None and config.cache.exact_seconds > 0:
            patience = config.first_token_timeout_seconds
            self._cache = AnswerCache(coordination, config.cache, self.quality, patience)

    async def answer(self, task: Task) -> AsyncGenerator[RouteEvent, None]:
        """The answer of the task's chain; raises `ValidationFailed` for a provider or model that cannot be asked."""
        table = self._routing()
        await self._learn_prices(table)
        plan = self._planner.for_task(task, table)
        enquiry = Enquiry(question=task.question, brief=task.brief, passed=task.passed, task_type=task.task_type)
        key = key_of(task, plan) if self._cache is not None else ""
        if self._cache is None or not key:
            return self._chain.answer(plan, enquiry)
        return self._cache.answer(key, plan, lambda: self._chain.answer(plan, enquiry))

    async def ask_offline(self, brief: Brief) -> str:
        """What the offline brain says of the brief, beside every chain and every book."""
        brain = self._sources.providers[OFFLINE]
        enquiry = Enquiry(question=Question(messages=()), brief=brief)
        async with aclosing(brain.stream(enquiry, brain.model)) as events:
            return "".join([event.text async for event in events if isinstance(event, WordsDelta)])

    async def speak(self, chat: Chat, task_type: str) -> AsyncGenerator[RouteEvent, None]:
        """The answer to a spoken turn."""
        table = self._routing()
        await self._learn_prices(table)
        enquiry = enquiry_of(chat)
        plan = self._planner.for_voice(task_type, enquiry.question, table)
        return self._chain.answer(plan, enquiry)

    def foresee(self, task: Task) -> Expected:
        """What the task may cost; raises like `answer`."""
        return self._foresight.of(task, self._planner.for_task(task, self._routing()))

    async def facts(self) -> Sequence[ProviderFacts]:
        """Every provider that Nexy knows."""
        return [await self._facts_of(name) for name in _SHOWN]

    @property
    def states(self) -> Mapping[str, str]:
        """Every configured provider: "configured" or the code of its failure, and whether it is left alone."""
        troubles = self.troubles
        return {name: troubles.get(name, "configured") + self._left_alone(name) for name in self._in_order()}

    @property
    def troubles(self) -> Mapping[str, str]:
        """Providers that do not answer as they should, with the code of the last failure."""
        return self._books.facts.troubles

    @property
    def voice_chain(self) -> Sequence[str]:
        """Who is asked for words to speak."""
        return self._in_order() if not self._alone else (self._alone,)

    async def close(self) -> None:
        """Close every connection."""
        await self._sources.close()

    def _in_order(self) -> Sequence[str]:
        rule = self._routing().rule_for("voice")
        first = rule.providers if rule else ()
        named = dict.fromkeys((*first, *PROVIDERS, OFFLINE))
        return tuple(name for name in named if name in self._sources.providers)

    def _speed(self, provider: str, _: str) -> float | None:
        return self._books.facts.of(provider).percentile(0.5)

    async def _learn_prices(self, table: RoutingTable) -> None:
        for rule in table.rules:
            if rule.prefer is Prefer.CHEAP:
                providers = self._sources.providers
                configured = [name for name in rule.providers if name in providers]
                await self._prices.learn((name, rule.models.get(name) or providers[name].model) for name in configured)

    def _breaker_of(self, name: str) -> BreakerState:
        """The worst state of the provider's models."""
        states = {state for (provider, _), state in self._books.breakers.states().items() if provider == name}
        worst_first = (BreakerState.OPEN, BreakerState.HALF_OPEN)
        return next((state for state in worst_first if state in states), BreakerState.CLOSED)

    def _left_alone(self, name: str) -> str:
        state = self._breaker_of(name)
        return "" if state is BreakerState.CLOSED else f" (breaker {state.value})"

    async def _facts_of(self, name: str) -> ProviderFacts:
        provider = self._sources.providers.get(name)
        record = self._books.facts.of(name)
        cost, unpriced = await self._prices.total(name, record.tokens)
        return ProviderFacts(
            name=name,
            model=provider.model if provider else "",
            configured=provider is not None,
            variable=variables_of(name),
            breaker=self._breaker_of(name),
            last_error=record.last_error,
            calls=record.calls,
            failures=record.failures,
            p50_ms=record.percentile(0.5),
            p95_ms=record.percentile(0.95),
            cost_usd=format(cost, "f"),
            unpriced_calls=unpriced,
            allowed=self._alone in ("", name) or name == OFFLINE,
        )
