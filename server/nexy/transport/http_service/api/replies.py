"""From what the workflow found to what goes out."""

from typing import Any

from nexy.contracts.code_answers import Analysis, CodeMetrics, Completions, Suggestion
from nexy.contracts.routing_table import OFFLINE
from nexy.transport.http_service.api.shapes import (
    AnalyzeReply,
    CompleteBody,
    CompleteReply,
    CompletionShape,
    DoneEvent,
    ExplainReply,
    GenerateReply,
    IndexState,
    MetricsShape,
    RangeShape,
    RouteReply,
    SearchBody,
    SearchReply,
    SuggestionShape,
)
from nexy.transport.http_service.http_errors import tried
from nexy.workflows.code_reading import Generated
from nexy.workflows.code_work import Told

_SEARCH = "semantic_search"


def story(told: Told) -> dict[str, Any]:
    """The fields that every answer has, as arguments of its shape."""
    return {
        "provider": told.provider,
        "model": told.model,
        "task_type": told.task_type,
        "fallback": told.fallback,
        "attempts": tried(told.attempts),
        "cached": told.cached,
        "duration_ms": told.duration_ms,
        "added_ms": told.added_ms,
        "tokens_used": told.tokens_used,
        "cost": told.cost,
        "request_id": told.request_id,
    }


def route_reply(text: str, told: Told) -> RouteReply:
    """A search finds nothing as long as nothing is indexed."""
    if told.task_type == _SEARCH:
        return RouteReply(content=text, results=[], **story(told))
    return RouteReply(content=text, **story(told))


def done_event(told: Told) -> DoneEvent:
    """The end of a stream."""
    return DoneEvent(**story(told))


def generate_reply(made: Generated, told: Told) -> GenerateReply:
    """Sources come with the search over code."""
    return GenerateReply(
        code=made.code, language=made.language, explanation=made.explanation, sources=[], **story(told)
    )


def analyze_reply(analysis: Analysis, told: Told) -> AnalyzeReply:
    """The analysis in the names of the API."""
    return AnalyzeReply(
        suggestions=[_suggestion(one) for one in analysis.suggestions],
        patterns=list(analysis.patterns),
        complexity=analysis.complexity,
        metrics=_metrics(analysis.metrics),
        summary=analysis.summary,
        **story(told),
    )


def complete_reply(found: Completions, body: CompleteBody, told: Told) -> CompleteReply:
    """All of them go where the cursor is."""
    place = _cursor(body.prefix)
    return CompleteReply(
        suggestions=[
            CompletionShape(text=one.text, range=place, confidence=_share(one.confidence)) for one in found.suggestions
        ],
        **story(told),
    )


def explain_reply(text: str, told: Told) -> ExplainReply:
    """Sources come with the search over code."""
    return ExplainReply(explanation=text, sources=[], **story(told))


def search_reply(body: SearchBody, request_id: str, duration_ms: float) -> SearchReply:
    """Nothing is indexed yet, so nobody is asked, nothing is found, and the reply says so."""
    return SearchReply(
        results=[],
        total=0,
        query=body.query,
        type=body.type,
        index=IndexState(revision=None, stale=True),
        provider=OFFLINE,
        model=OFFLINE,
        task_type=_SEARCH,
        fallback=False,
        attempts=[],
        cached=False,
        duration_ms=duration_ms,
        added_ms=duration_ms,
        tokens_used=0,
        cost=0.0,
        request_id=request_id,
    )


def _suggestion(one: Suggestion) -> SuggestionShape:
    return SuggestionShape(
        id=one.id,
        title=one.title,
        description=one.description,
        type=one.type,
        category=one.category,
        severity=one.severity,
        line=max(one.line, 0),
        code=one.code,
        confidence=_share(one.confidence),
    )


def _metrics(metrics: CodeMetrics) -> MetricsShape:
    return MetricsShape(
        lines_of_code=metrics.lines_of_code,
        cyclomatic_complexity=metrics.cyclomatic_complexity,
        maintainability_index=metrics.maintainability_index,
    )


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _cursor(prefix: str) -> RangeShape:
    line, character = prefix.count("\n"), len(prefix.rpartition("\n")[2])
    return RangeShape(start_line=line, start_character=character, end_line=line, end_character=character)
