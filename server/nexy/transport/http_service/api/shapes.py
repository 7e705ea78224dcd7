"""What comes in and goes out at /api/v1/*."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from nexy.transport.http_service.http_errors import TriedProvider

Text = Annotated[str, Meta(pattern=r"\S", description="must not be empty")]
"""Something that can be seen."""
Name = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9+#._ /-]{0,60}$", description="must be at most 60 letters, digits, blanks and +#._/-"),
]
"""A short name; it stands in sentences for models."""
ComplexityName = Literal["low", "medium", "high", "enterprise"]
TaskName = Literal[
    "project_analysis", "code_generation", "code_analysis", "code_review", "documentation", "semantic_search",
    "workflow_creation", "api_integration", "testing", "refactoring", "debugging",
]  # fmt: skip
ProviderName = Literal["claude", "openai", "gemini", "ollama", "offline"]
Context = str | dict[str, Any] | None
MaxTokens = Annotated[int, Meta(ge=1, le=1_000_000)]
Temperature = Annotated[float, Meta(ge=0, le=2)]


class RouteBody(Struct, frozen=True, kw_only=True):
    """A task of any kind; at least one of query, prompt, code, description and requirements."""

    task_type: TaskName
    query: Text | None = None
    prompt: Text | None = None
    code: Text | None = None
    description: Text | None = None
    requirements: Text | None = None
    context: Context = None
    complexity: ComplexityName = "medium"
    language: Name = ""
    force_provider: ProviderName | None = None
    max_tokens: MaxTokens | None = None
    temperature: Temperature | None = None
    stream: bool = False


class SearchBody(Struct, frozen=True, kw_only=True):
    """A search; `context` is a project's name or free text."""

    query: Text
    context: Context = None
    type: Literal["semantic", "keyword", "graph", "hybrid"] = "hybrid"
    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    language: Name = ""
    project_id: str | None = None


class GenerateBody(Struct, frozen=True, kw_only=True):
    """What is to be written; at least one of description, requirements and prompt."""

    description: Text | None = None
    requirements: Text | None = None
    prompt: Text | None = None
    task_type: TaskName = "code_generation"
    language: Name = "typescript"
    context: Context = None
    complexity: ComplexityName = "medium"


class AnalyzeBody(Struct, frozen=True, kw_only=True):
    """Code to look at; `analysis_type` says what above all, such as "security"."""

    code: Text
    language: Name = ""
    analysis_type: Name = ""
    complexity: ComplexityName = "medium"


class CompleteBody(Struct, frozen=True, kw_only=True):
    """Code before and behind a cursor."""

    prefix: Text
    suffix: str = ""
    language: Name = ""
    file_path: str = ""
    max_suggestions: Annotated[int, Meta(ge=1, le=10)] = 1


class ExplainBody(Struct, frozen=True, kw_only=True):
    """What is to be explained: code, or a symbol by its name."""

    code: Text | None = None
    symbol: Text | None = None
    language: Name = ""
    file_path: str = ""
    context: Context = None


class FeedbackBody(Struct, frozen=True, kw_only=True):
    """A person's judgement of an answer; the comment is read by nobody yet and not kept."""

    request_id: Text
    score: Annotated[float, Meta(ge=0, le=1)]
    comment: str = ""


class Answered(Struct, frozen=True, kw_only=True):
    """What every answer says of itself: tokens and cost (USD) are null where nobody counted or knows a price.

    `added_ms` is what of the duration was ours.
    """

    provider: str
    model: str
    task_type: str
    fallback: bool
    attempts: list[TriedProvider]
    cached: bool
    duration_ms: float
    added_ms: float
    tokens_used: int | None
    cost: float | None
    request_id: str


class SearchResult(Struct, frozen=True, kw_only=True):
    """One place in the code of a project; lines count from 1, `why` explains the score."""

    id: str
    project: str
    content: str
    score: Annotated[float, Meta(ge=0, le=1)]
    file_path: str
    language: str
    start_line: int
    end_line: int
    symbol: str
    why: str


class Source(Struct, frozen=True, kw_only=True):
    """Code that an answer leans on."""

    file_path: str
    start_line: int
    end_line: int


class RouteReply(Answered, frozen=True, kw_only=True):
    """The answer in words, and what it leans on; `results` only for searches."""

    content: str
    sources: list[Source]
    results: list[SearchResult] | msgspec.UnsetType = msgspec.UNSET


class IndexState(Struct, frozen=True, kw_only=True):
    """Which state of the code was searched, null where there is none; stale: a run is under way or broke off."""

    revision: str | None
    stale: bool


class SearchReply(Answered, frozen=True, kw_only=True):
    """Best first; `signals` took part, and `left_out` tells of each that did not the reason."""

    results: list[SearchResult]
    total: int
    query: str
    type: str
    index: IndexState
    signals: list[str]
    left_out: dict[str, str]


class GenerateReply(Answered, frozen=True, kw_only=True):
    """Code without its fence."""

    code: str
    language: str
    explanation: str
    sources: list[Source]


class SuggestionShape(Struct, frozen=True, kw_only=True):
    """One thing to mend; line 0 is the whole."""

    id: str
    title: str
    description: str
    type: str
    category: str
    severity: str
    line: int
    code: str
    confidence: float


class MetricsShape(Struct, frozen=True, kw_only=True, rename="camel"):
    """Measured in the code; null where its language cannot be measured."""

    lines_of_code: int | None
    cyclomatic_complexity: int | None
    maintainability_index: float | None


class AnalyzeReply(Answered, frozen=True, kw_only=True):
    """What is to be said of the code."""

    suggestions: list[SuggestionShape]
    patterns: list[str]
    complexity: str
    metrics: MetricsShape
    summary: str


class RangeShape(Struct, frozen=True, kw_only=True):
    """Where the text goes: lines and characters count from 0, the end is behind the last character."""

    start_line: int
    start_character: int
    end_line: int
    end_character: int


class CompletionShape(Struct, frozen=True, kw_only=True):
    """Text to insert."""

    text: str
    range: RangeShape
    confidence: float


class CompleteReply(Answered, frozen=True, kw_only=True):
    """Best first."""

    suggestions: list[CompletionShape]


class ExplainReply(Answered, frozen=True, kw_only=True):
    """An explanation in Markdown."""

    explanation: str
    sources: list[Source]


class FeedbackReply(Struct, frozen=True, kw_only=True):
    """`recorded` is false where the answer is not remembered any more."""

    recorded: bool
    request_id: str


class DeltaEvent(Struct, frozen=True, kw_only=True):
    """A piece of a streamed answer."""

    text: str


class DoneEvent(Answered, frozen=True, kw_only=True):
    """The end of a streamed answer."""
