"""Figures of the code assistant and of the OpenAI-compatible door."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from nexy.contracts.routing import AnswerQuality, BreakerState, ProviderFacts
from nexy.contracts.words import WordsUsage

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_OTHER = "other"


class CodeMetrics:
    """Children are kept: looking one up by labels costs more than counting does.

    A caller names models; beyond `max_models` they are counted together.
    """

    def __init__(self, registry: CollectorRegistry, max_models: int) -> None:
        self._max_models = max_models
        self._requests = Counter(
            "ai_requests_total", "Tasks by how they ended.", ("provider", "task_type", "status"), registry=registry
        )
        self._seconds = Histogram(
            "ai_request_duration_seconds", "Whole time of answered tasks.", ("provider", "task_type"),
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self._tokens = Counter(
            "api_tokens_used_total", "Tokens of all calls.", ("provider", "model"), registry=registry
        )
        self._quality = Gauge(
            "response_quality_score", "Share of good answers, 0 to 1.", ("provider", "task_type"), registry=registry
        )
        self._breaker = Gauge(
            "nexy_provider_breaker_state", "1 for the state that the breaker is in.", ("provider", "state"),
            registry=registry,
        )  # fmt: skip
        self._failures = Gauge(
            "nexy_provider_failures", "Failed calls since the start.", ("provider",), registry=registry
        )
        cache = Counter("nexy_answer_cache", "Answers by where they came from.", ("result",), registry=registry)
        self._cached = {True: cache.labels("hit"), False: cache.labels("miss")}
        self._unkept = Counter("nexy_usage_unkept", "Usage rows that the ledger did not take.", registry=registry)
        self._by_request: dict[tuple[str, str, str], Counter] = {}
        self._by_time: dict[tuple[str, str], Histogram] = {}
        self._by_model: dict[tuple[str, str], Counter] = {}

    def ended(self, provider: str, task_type: str, status: str, seconds: float) -> None:
        """One task has ended."""
        named = (provider, task_type, status)
        child = self._by_request.get(named)
        if child is None:
            child = self._by_request[named] = self._requests.labels(*named)
        child.inc()
        timed = self._by_time.get(named[:2])
        if timed is None:
            timed = self._by_time[named[:2]] = self._seconds.labels(*named[:2])
        timed.observe(seconds)

    def answered(self, *, cached: bool) -> None:
        """An answer came from the cache, or from a provider."""
        self._cached[cached].inc()

    def spent(self, call: WordsUsage) -> None:
        """One call has cost this."""
        named = (call.provider, call.model)
        child = self._by_model.get(named)
        if child is None:
            if len(self._by_model) >= self._max_models:
                named = (call.provider, _OTHER)
            child = self._by_model[named] = self._tokens.labels(*named)
        child.inc(call.input_tokens + call.output_tokens)

    def unkept(self) -> None:
        """A usage row is lost."""
        self._unkept.inc()

    def show(self, providers: Sequence[ProviderFacts], qualities: Sequence[AnswerQuality]) -> None:
        """What is true at this moment of the providers."""
        for facts in providers:
            self._failures.labels(facts.name).set(facts.failures)
            for state in BreakerState:
                self._breaker.labels(facts.name, state).set(facts.breaker is state)
        for quality in qualities:
            self._quality.labels(quality.provider, quality.task_type).set(quality.score)
