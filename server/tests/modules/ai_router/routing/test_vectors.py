"""Vectors: by the model's name, through breaker and books, from nobody else."""

import asyncio
from collections.abc import Sequence

import pytest

from nexy.config.ai_router_section import BreakerConfig, RetryConfig, WordsConfig
from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable, ValidationFailed
from nexy.contracts.routing import AllProvidersFailed, BreakerState, Embeddings
from nexy.contracts.usage import Expected
from nexy.modules.ai_router.choice import Sources
from nexy.modules.ai_router.routing.books import Books
from nexy.modules.ai_router.routing.vectors import VectorSources
from support.chains import books
from support.scripted_providers import down
from support.virtual_time import run_virtual

LATE = DeadlineExceeded("late", code="provider_whole_answer_timeout")
REFUSED = ValidationFailed("no", code="provider_refused", field="model")


class Embedder:
    """Fails as it is told, then gives one number for each text."""

    def __init__(self, name: str, model: str, *failures: NexyError) -> None:
        self.name = name
        self.model = model
        self.failures = list(failures)
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str], model: str) -> Embeddings:
        self.asked.append(model)
        await asyncio.sleep(0.25)
        if self.failures:
            raise self.failures.pop(0)
        vectors = [[1.0] for _ in texts]
        return Embeddings(provider=self.name, model=model, vectors=vectors, input_tokens=3, request_id="req-1")


def vectors(
    *embedders: Embedder, takes: str = "ollama", provider: str = "auto", attempts: int = 1, kept: Books | None = None
) -> VectorSources:
    given = Sources(providers={}, embedders={one.name: one for one in embedders}, takes_any_model=takes)
    config = WordsConfig(provider=provider, retry=RetryConfig(attempts=attempts))
    return VectorSources(config, given, kept or books())


def both(takes: str = "ollama", provider: str = "auto") -> VectorSources:
    embedders = (Embedder("ollama", "nomic-embed-text"), Embedder("openai", "text-embedding-3-small"))
    return vectors(*embedders, takes=takes, provider=provider)


@pytest.mark.parametrize(
    ("model", "whose", "called"),
    [
        ("", "ollama", "nomic-embed-text"),
        ("auto", "ollama", "nomic-embed-text"),
        ("nomic-embed-text", "ollama", "nomic-embed-text"),
        ("text-embedding-3-small", "openai", "text-embedding-3-small"),
        ("text-embedding-3-large", "openai", "text-embedding-3-large"),
        ("text-embedding-ada-002", "openai", "text-embedding-ada-002"),
        ("mxbai-embed-large", "ollama", "mxbai-embed-large"),
        ("openai", "openai", "text-embedding-3-small"),
        ("openai/mine", "openai", "mine"),
        ("ollama/hf.co/me/own", "ollama", "hf.co/me/own"),
    ],
)
def test_the_models_name_tells_who_is_asked(model: str, whose: str, called: str) -> None:
    """A configured model, a vendor's own names, PROVIDER/MODEL; other names are for the server that takes any."""
    embedder, name = both().choose(model)
    assert (embedder.name, name) == (whose, called)


def test_a_server_of_ones_own_gets_the_unknown_names() -> None:
    """As it does for words."""
    assert both(takes="openai").choose("mxbai-embed-large")[0].name == "openai"


@pytest.mark.parametrize("model", ["openai/x", "text-embedding-3-small", "gemini-embedding-001", "claude"])
def test_a_model_of_somebody_else_is_a_mistake(model: str) -> None:
    """Vectors of another model would compare with nothing that the caller has."""
    with pytest.raises(ValidationFailed, match="vectors of ollama only") as caught:
        vectors(Embedder("ollama", "own")).choose(model)
    assert (caught.value.field, caught.value.code) == ("model", "unknown_model")


@pytest.mark.parametrize(
    ("provider", "whose"), [("openai", ["openai"]), ("ollama", ["ollama"]), ("claude", ["ollama", "openai"])]
)
def test_a_named_provider_gives_the_vectors_too_if_it_can(provider: str, whose: list[str]) -> None:
    """LLM_PROVIDER=ollama sends no text elsewhere; claude gives no vectors, so it says nothing of them."""
    assert list(both(provider=provider)._embedders) == whose


def test_offline_asks_nobody_for_vectors() -> None:
    """And without a provider the error names what to set."""
    with pytest.raises(Unavailable, match="LLM_PROVIDER is offline") as caught:
        both(provider="offline").choose("")
    assert caught.value.code == "no_embedder"
    with pytest.raises(Unavailable, match=r"OLLAMA_URL.*OPENAI_API_KEY"):
        vectors().choose("")


def test_vectors_tell_their_attempts_and_are_in_the_books() -> None:
    """Tries, tokens and the provider's own request id; what may be asked again is."""

    async def story() -> None:
        kept = books()
        ollama = Embedder("ollama", "own", down(503))
        found = await vectors(ollama, attempts=2, kept=kept).embed(["a", "b"], "")
        assert (found.vectors, found.request_id) == ([[1.0], [1.0]], "req-1")
        assert [(one.status.value, one.error, one.latency_ms) for one in found.attempts] == [
            ("failed", "provider_503", 250.0), ("ok", "", 250.0),
        ]  # fmt: skip
        record = kept.facts.of("ollama")
        assert (record.calls, record.failures, record.tokens["own"].input) == (2, 1, 3)
        assert record.percentile(0.5) is None

    run_virtual(story())


@pytest.mark.parametrize(("failure", "kind"), [(down(), AllProvidersFailed), (LATE, DeadlineExceeded),
                                               (REFUSED, ValidationFailed)])  # fmt: skip
def test_a_failure_tells_its_attempts_and_nobody_takes_over(failure: NexyError, kind: type[NexyError]) -> None:
    """Vectors of two models do not compare."""

    async def story() -> None:
        openai = Embedder("openai", "e")
        with pytest.raises(kind) as caught:
            await vectors(Embedder("ollama", "own", failure), openai).embed(["a"], "")
        assert [(one.provider, one.error) for one in caught.value.attempts] == [("ollama", failure.code)]
        assert openai.asked == []

    run_virtual(story())


def test_a_provider_of_vectors_that_keeps_failing_is_left_alone() -> None:
    """Its breaker opens as for words, and the refusal says when to come back."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=2, timeout_seconds=60))
        ollama = Embedder("ollama", "own", down(), down())
        asked = vectors(ollama, attempts=5, kept=kept)
        with pytest.raises(AllProvidersFailed):
            await asked.embed(["a"], "")
        assert len(ollama.asked) == 2
        assert kept.breakers.of("ollama", "own").state is BreakerState.OPEN
        with pytest.raises(AllProvidersFailed) as caught:
            await asked.embed(["a"], "")
        assert caught.value.retry_after_seconds == 60
        assert [(one.status.value, one.error) for one in caught.value.attempts] == [("skipped", "breaker_open")]
        await asyncio.sleep(60)
        assert (await asked.embed(["a"], "")).vectors == [[1.0]]

    run_virtual(story())


def test_what_vectors_may_cost_is_foreseen() -> None:
    """The texts, and nothing that comes back."""
    assert both().expected(["x" * 8, "y" * 4], "text-embedding-3-large") == Expected(
        input_tokens=3, models=(("openai", "text-embedding-3-large"),)
    )
