"""Work for the router: which task, for whom, and how its answer came about."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nexy.contracts.code_hits import Hit
from nexy.contracts.completions import Finished, Question, ToolCallDelta
from nexy.contracts.errors import Unavailable
from nexy.contracts.request import Request
from nexy.contracts.usage import Expected
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage


class TaskType(StrEnum):
    """What kind of work it is; the routing table names a chain of providers for each."""

    PROJECT_ANALYSIS = "project_analysis"
    CODE_GENERATION = "code_generation"
    CODE_ANALYSIS = "code_analysis"
    CODE_REVIEW = "code_review"
    DOCUMENTATION = "documentation"
    SEMANTIC_SEARCH = "semantic_search"
    WORKFLOW_CREATION = "workflow_creation"
    API_INTEGRATION = "api_integration"
    TESTING = "testing"
    REFACTORING = "refactoring"
    DEBUGGING = "debugging"
    VOICE = "voice"


class Complexity(StrEnum):
    """How hard the caller says it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    ENTERPRISE = "enterprise"


class Verb(StrEnum):
    """What is to be done with the brief; the offline brain has a way of its own for each."""

    ANSWER = "answer"
    GENERATE = "generate"
    ANALYZE = "analyze"
    COMPLETE = "complete"
    EXPLAIN = "explain"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The task in its parts, for whoever works without a model; `found` are places of indexed code, best first."""

    verb: Verb
    text: str = ""
    code: str = ""
    language: str = ""
    context: str = ""
    prefix: str = ""
    suffix: str = ""
    file_path: str = ""
    found: Sequence[Hit] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who is charged: "user:…", "key:…" or "address:…"; `tenant`: whom a kept answer may serve.

    `user_id`: whose rows may be seen; empty for nobody in particular.
    """

    name: str
    tenant: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAiBody:
    """A request as a client of the OpenAI wire sent it; a provider of the same wire gets and gives these very bytes.

    `answers` is how many it wants beside each other.
    """

    body: bytes
    streamed: bool
    answers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One piece of work; `force_provider` stands alone: its failure is a failure.

    `model` overrides the provider's own; `passed` is set for the OpenAI-compatible door.
    """

    request_id: str
    task_type: TaskType
    question: Question
    payer: Payer
    brief: Brief | None = None
    complexity: Complexity = Complexity.MEDIUM
    language: str = ""
    force_provider: str = ""
    model: str = ""
    passed: OpenAiBody | None = None
    cacheable: bool = True


class AttemptStatus(StrEnum):
    """How one try of one provider went."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of one provider, or why it was left out; `error` is a code.

    Left out (SKIPPED) are those with `not_configured`, `not_allowed` (by LLM_PROVIDER), `breaker_open`,
    `context_too_small` and `not_able` (the offline brain). The latency is that to the first content, or to the failure.
    """

    provider: str
    model: str
    status: AttemptStatus
    error: str = ""
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Comes once, before the first content: who answers, and who was tried before.

    `fallback`: the rule names somebody first who does not answer now: failed, left alone by the breaker or not
    configured. From here on nobody else takes over.
    """

    provider: str
    model: str
    attempts: Sequence[Attempt]
    fallback: bool = False
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedBytes:
    """Bytes of the provider's own reply to an `OpenAiBody`, to be sent on untouched.

    `content`: something of the answer is in them; the chain is held open until then.
    """

    data: bytes
    content: bool = True


RouteEvent = WordsBegun | Answering | WordsDelta | ToolCallDelta | PassedBytes | WordsUsage | Finished


class AllProvidersFailed(Unavailable):
    """Nobody answered; `attempts` tells what each of them said."""

    def __init__(self, message: str, attempts: Sequence[Attempt], retry_after_seconds: float | None = None) -> None:
        super().__init__(message, code="all_providers_failed", retry_after_seconds=retry_after_seconds)
        self.attempts = tuple(attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTask(Request[AsyncGenerator[RouteEvent, None]]):
    """Let the chain of the task's rule answer; falls over until the first content, never after it.

    The generator gives `WordsBegun` and `WordsUsage` for every attempt that was paid for, `Answering` once, the
    content, `Finished`. It raises `AllProvidersFailed`, or the failure of a provider that stands alone or died midway.
    Asking itself raises `ValidationFailed` for an unknown provider or model (field `force_provider`, `model`) or one
    that is not configured (the message names its variable).
    """

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOffline(Request[str]):
    """What the offline brain says of a brief, for our own use: no attempt, no call in the facts, no usage.

    Raises `Unavailable` (`offline_busy`) where too much waits.
    """

    brief: Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """One vector per text, what it cost, and which tries were made; `request_id` is the provider's own."""

    provider: str
    model: str
    vectors: Sequence[Sequence[float]]
    input_tokens: int
    request_id: str = ""
    attempts: Sequence[Attempt] = ()

    @property
    def usage(self) -> WordsUsage:
        """What they cost, for the ledger."""
        return WordsUsage(
            provider=self.provider,
            model=self.model,
            input_tokens=self.input_tokens,
            output_tokens=0,
            request_id=self.request_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedTexts(Request[Embeddings]):
    """Vectors of texts by the provider whose model it is, "provider/model" or its bare name; empty for the first one.

    Nobody takes over, since vectors of two models do not compare. Raises `Unavailable` naming the variables when nobody
    who embeds is configured, `ValidationFailed` (field `model`) for a model that nobody is known for, and after a try
    the failure with its attempts.
    """

    texts: Sequence[str]
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseeTask(Request[Expected]):
    """What a task may cost, by whomever it may be asked of; raises like the asking of `RouteTask`."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseeVectors(Request[Expected]):
    """What vectors of these texts may cost; raises like `EmbedTexts` before a try."""

    texts: Sequence[str]
    model: str = ""


class BreakerState(StrEnum):
    """The names of the documents, in small letters."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """How a provider does: its last failure's code (empty: none since it answered), latencies over its last calls.

    `allowed`: LLM_PROVIDER does not name another one.
    """

    name: str
    model: str
    configured: bool
    variable: str
    breaker: BreakerState = BreakerState.CLOSED
    last_error: str = ""
    calls: int = 0
    failures: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    cost_usd: str = "0"
    unpriced_calls: int = 0
    allowed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeProviders(Request[Sequence[ProviderFacts]]):
    """Every provider that Nexy knows, in a fixed order, those included that are not configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeAnswer(Request[bool]):
    """A judgement of an answer, 0 to 1, by its task's own check or by a person; false for an unknown request."""

    request_id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuality:
    """The moving share of good answers of one provider at one kind of task, 0 to 1, over its last judgements."""

    provider: str
    task_type: str
    score: float
    judgements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeQuality(Request[Sequence[AnswerQuality]]):
    """Every provider and kind of task that was judged."""
