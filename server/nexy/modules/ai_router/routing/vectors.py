"""Vectors of texts: by the model's name, through breaker and books, from one provider alone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.routing import AllProvidersFailed, Attempt, AttemptStatus, Embeddings
from nexy.contracts.routing_table import OFFLINE
from nexy.contracts.usage import Expected
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.choice import Sources
from nexy.modules.ai_router.provider import Embedder
from nexy.modules.ai_router.routing.blame import is_trouble, name_the_key
from nexy.modules.ai_router.routing.books import Books
from nexy.modules.ai_router.routing.circuit_breaker import BREAKER_OPEN, CircuitState, Permit, told_left_alone
from nexy.modules.ai_router.routing.models import ANY_MODEL, split_model, vendor_of
from nexy.modules.ai_router.routing.retrying import Retries
from nexy.modules.ai_router.variables import variables_of
from nexy.utils.words_meter import estimated_tokens

_NO_EMBEDDER = "No provider of vectors is configured; set {} for a local one, or {}."
_FORBIDDEN = "LLM_PROVIDER is offline, so no model is asked for vectors."


class VectorSources:
    """The providers of vectors that may be asked, the best first."""

    def __init__(self, config: WordsConfig, sources: Sources, books: Books) -> None:
        self._config = config
        self._books = books
        self._takes_any_model = sources.takes_any_model
        self._embedders = _allowed(config.provider, sources.embedders)

    def choose(self, model: str) -> tuple[Embedder, str]:
        """Who gives vectors of this model, and its name there; raises `Unavailable`, `ValidationFailed`."""
        if not self._embedders:
            forbidden = self._config.provider == OFFLINE
            told = _FORBIDDEN if forbidden else _NO_EMBEDDER.format(variables_of("ollama"), variables_of("openai"))
            raise Unavailable(told, code="no_embedder")
        if model in ANY_MODEL:
            first = next(iter(self._embedders.values()))
            return first, first.model
        named, rest = split_model(model)
        owner = named or self._owner(model)
        if owner not in self._embedders:
            known = ", ".join(self._embedders)
            raise ValidationFailed(
                f"model: there are vectors of {known} only; write PROVIDER/MODEL, or leave it out",
                code="unknown_model",
                field="model",
            )
        embedder = self._embedders[owner]
        return embedder, rest or embedder.model

    def expected(self, texts: Sequence[str], model: str) -> Expected:
        """What vectors of these texts may cost."""
        embedder, model = self.choose(model)
        return Expected(input_tokens=sum(map(estimated_tokens, texts)), models=((embedder.name, model),))

    async def embed(self, texts: Sequence[str], model: str) -> Embeddings:
        """One vector per text; every failure after a try carries the attempts."""
        embedder, model = self.choose(model)
        breaker = self._books.breakers.of(embedder.name, model)
        retries, attempts = Retries(self._config.retry), list[Attempt]()
        while (permit := breaker.admit()) is not None:
            tried = await self._try(embedder, permit, texts, model, attempts)
            if isinstance(tried, Embeddings):
                return replace(tried, attempts=tuple(attempts))
            wait = retries.wait_after(tried) if breaker.state is CircuitState.CLOSED else None
            if wait is None:
                raise _with_attempts(tried, attempts)
            await asyncio.sleep(wait)
        attempts.append(_attempt(embedder, model, AttemptStatus.SKIPPED, BREAKER_OPEN, 0.0))
        seconds = breaker.seconds_left
        raise AllProvidersFailed(told_left_alone((embedder.name,), seconds), attempts, seconds)

    async def _try(
        self, embedder: Embedder, permit: Permit, texts: Sequence[str], model: str, attempts: list[Attempt]
    ) -> Embeddings | NexyError:
        # Latencies of vectors stay out of the books: those there decide who speaks first.
        record, began = self._books.facts.of(embedder.name), self._books.clock.monotonic()
        status, error = AttemptStatus.FAILED, ""
        try:
            with permit:
                found = await embedder.embed(texts, model)
        except NexyError as failure:
            error = failure.code
            record.failed(failure.code, trouble=is_trouble(failure))
            return name_the_key(failure, embedder.name)
        else:
            status = AttemptStatus.OK
            record.answered()
            record.spent(
                WordsUsage(provider=found.provider, model=found.model, input_tokens=found.input_tokens, output_tokens=0)
            )
            return found
        finally:
            latency = round((self._books.clock.monotonic() - began) * 1000, 3)
            attempts.append(_attempt(embedder, model, status, error, latency))

    def _owner(self, model: str) -> str:
        """The provider that has the model configured, makes such names, or takes any."""
        configured = (name for name, embedder in self._embedders.items() if embedder.model == model)
        owner = next(configured, "") or vendor_of(model)
        if owner or self._takes_any_model in self._embedders:
            return owner or self._takes_any_model
        return "ollama"


def _allowed(provider: str, embedders: Mapping[str, Embedder]) -> Mapping[str, Embedder]:
    """LLM_PROVIDER leaves the one that it names; where that one gives no vectors, it says nothing of them."""
    if provider == OFFLINE:
        return {}
    return {provider: embedders[provider]} if provider in embedders else embedders


def _attempt(embedder: Embedder, model: str, status: AttemptStatus, error: str, latency_ms: float) -> Attempt:
    return Attempt(provider=embedder.name, model=model, status=status, error=error, latency_ms=latency_ms)


def _with_attempts(failure: NexyError, attempts: Sequence[Attempt]) -> NexyError:
    if type(failure) is Unavailable:
        return AllProvidersFailed(failure.message, attempts, failure.retry_after_seconds)
    failure.attempts = tuple(attempts)
    return failure
