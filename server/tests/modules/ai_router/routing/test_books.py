"""What is remembered of providers: facts, judgements, waits, prices, models."""

import math

import pytest

from nexy.config.ai_router_section import RetryConfig, WordsConfig
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.contracts.routing import AnswerQuality, JudgeAnswer
from nexy.contracts.usage import PriceTokens
from nexy.contracts.words import WordsUsage
from nexy.modules.ai_router.routing.blame import is_trouble, status_of
from nexy.modules.ai_router.routing.facts import FactsBook, Tokens
from nexy.modules.ai_router.routing.models import context_of
from nexy.modules.ai_router.routing.prices import PriceBook
from nexy.modules.ai_router.routing.quality import QualityBook
from nexy.modules.ai_router.routing.retrying import Retries
from support.scripted_providers import down


class Ledger(UniversalModuleInterface):
    """Prices: two dollars for a million tokens of gpt, nothing known of others."""

    def __init__(self) -> None:
        self.asked = 0

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        assert isinstance(request, PriceTokens)
        self.asked += 1
        if request.model == "broken":
            raise Unavailable("no ledger")
        dollars = 2 * (request.input_tokens + request.output_tokens) / 1_000_000
        return f"{dollars:f}" if request.model == "gpt" else None  # type: ignore[return-value]

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


def test_percentiles_come_from_the_last_calls() -> None:
    """The window is bounded: what was long ago does not weigh any more."""
    record = FactsBook(WordsConfig()).of("a")
    assert record.percentile(0.5) is None
    for _ in range(1000):
        record.heard(9000)
    for latency in range(256):
        record.heard(latency)
    assert (record.percentile(0.5), record.percentile(0.95), record.percentile(1)) == (128, 243, 255)


def test_tokens_of_invented_models_share_one_row() -> None:
    """Callers name models, so the table is bounded, and nothing is lost."""
    record = FactsBook(WordsConfig()).of("a")
    for number in range(1500):
        record.spent(WordsUsage(provider="a", model=f"model-{number}", input_tokens=1, output_tokens=2))
    assert len(record.tokens) == WordsConfig().max_models + 1
    assert sum(tokens.input for tokens in record.tokens.values()) == 1500


def test_a_callers_own_error_is_no_trouble() -> None:
    """A bad request is shown as the last error, but does not degrade; a refused key does."""
    book = FactsBook(WordsConfig())
    book.of("a").failed("provider_refused", trouble=False)
    book.of("b").failed("provider_auth", trouble=True)
    assert book.of("a").last_error == "provider_refused"
    assert book.troubles == {"b": "provider_auth"}
    assert is_trouble(Unavailable("", code="provider_auth"))
    assert not is_trouble(down(422))


@pytest.mark.parametrize(("code", "status"), [("provider_503", 503), ("provider_auth", None), ("503", None),
                                              ("provider_5", None), ("provider_٥٠٣", None)])  # fmt: skip
def test_a_code_tells_its_status(code: str, status: int | None) -> None:
    """Codes of answers with a status have three digits at the end."""
    assert status_of(Unavailable("", code=code)) == status


def test_judgements_are_a_moving_share() -> None:
    """The mean of the last hundred, by provider and kind of task."""
    book = QualityBook(10, 100)
    book.remember("r1", "claude", "testing")
    book.remember("r2", "openai", "testing")
    for _ in range(100):
        assert book.judge(JudgeAnswer(request_id="r1", score=0))
    for _ in range(75):
        book.judge(JudgeAnswer(request_id="r1", score=1))
    book.judge(JudgeAnswer(request_id="r2", score=0.5))
    assert list(book.shares()) == [
        AnswerQuality(provider="claude", task_type="testing", score=0.75, judgements=100),
        AnswerQuality(provider="openai", task_type="testing", score=0.5, judgements=1),
    ]


def test_only_the_last_requests_can_be_judged() -> None:
    """The memory is bounded; an unknown request is told as such."""
    book = QualityBook(2, 100)
    for request_id in ("r1", "r2", "r2", "r3"):
        book.remember(request_id, "claude", "testing")
    judged = [book.judge(JudgeAnswer(request_id=request_id, score=1)) for request_id in ("r1", "r2", "r3", "r4")]
    assert judged == [False, True, True, False]


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan, math.inf])
def test_a_score_is_between_0_and_1(score: float) -> None:
    """Anything else is the caller's mistake."""
    with pytest.raises(ValidationFailed) as caught:
        QualityBook(1, 100).judge(JudgeAnswer(request_id="r", score=score))
    assert caught.value.field == "score"


def test_waits_grow_within_their_bounds() -> None:
    """Half of the doubling wait is fixed; a provider that asks for longer gets it, within the limit."""
    config = RetryConfig(attempts=6, first_wait_seconds=0.5, longest_wait_seconds=2)
    low, high = Retries(config, lambda: 0.0), Retries(config, lambda: 1.0)
    assert [low.wait_after(down()) for _ in range(6)] == [0.25, 0.5, 1, 1, 1, None]
    assert [high.wait_after(down()) for _ in range(6)] == [0.5, 1, 2, 2, 2, None]
    assert Retries(config).wait_after(down(429, wait=1.9)) == pytest.approx(1.9)
    assert Retries(config).wait_after(down(429, wait=2.1)) is None
    assert Retries(RetryConfig(attempts=1)).wait_after(down()) is None


async def test_costs_are_asked_of_the_ledger() -> None:
    """Each model's tokens at its price; calls without one are counted as such, and so is a ledger that is away."""
    ledger = Ledger()
    tokens = {
        "gpt": Tokens(input=500_000, output=1_000_000, calls=3),
        "own": Tokens(calls=2),
        "broken": Tokens(calls=4),
    }
    cost, unpriced = await PriceBook(ledger).total("openai", tokens)
    assert (float(cost), unpriced) == (3.0, 6)
    assert await PriceBook(None).total("openai", tokens) == (0, 9)
    assert await PriceBook(None).total("offline", tokens) == (0, 0)


async def test_a_price_is_asked_for_once() -> None:
    """Rules that prefer the cheapest cost no question on the way."""
    ledger = Ledger()
    book = PriceBook(ledger)
    for _ in range(3):
        await book.learn([("openai", "gpt"), ("ollama", "own")])
    assert (book.of_a_million("openai", "gpt"), book.of_a_million("ollama", "own"), ledger.asked) == (4.0, None, 2)
    assert book.of_a_million("claude", "x") is None


@pytest.mark.parametrize(
    ("model", "tokens"),
    [("gpt-4", 8192), ("gpt-4o-mini", 128_000), ("gpt-4.1-nano", 1_047_576), ("claude-sonnet-4-5-20250929", 200_000),
     ("gemini-2.5-flash", 1_048_576), ("llama3.2:3b", 131_072), ("zebra", None), ("", None)],
)  # fmt: skip
def test_contexts_are_known_by_the_beginning_of_a_name(model: str, tokens: int | None) -> None:
    """The longest beginning counts."""
    assert context_of(model) == tokens
