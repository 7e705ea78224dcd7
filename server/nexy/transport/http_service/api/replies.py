"""From what the workflow found to what goes out."""

from collections.abc import Sequence
from typing import Any

from nexy.contracts.code_answers import Analysis, CodeMetrics, Completions, Suggestion
from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import Found
from nexy.contracts.routing import TaskType
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
    SearchResult,
    Source,
    SuggestionShape,
)
from nexy.transport.http_service.http_errors import tried
from nexy.workflows.code_reading import Generated
from nexy.workflows.code_work import Told, Work


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


def route_reply(work: Work, told: Told) -> RouteReply:
    """The answer, for a search with the places that it is about."""
    sources = _sources(work.cited[0])
    if told.task_type == TaskType.SEMANTIC_SEARCH:
        return RouteReply(content=work.text, sources=sources, results=_results(work.looked.hits), **story(told))
    return RouteReply(content=work.text, sources=sources, **story(told))


def done_event(told: Told) -> DoneEvent:
    """The end of a stream."""
    return DoneEvent(**story(told))


def generate_reply(made: Generated, sources: Sequence[Hit], told: Told) -> GenerateReply:
    """The code, and what it leans on."""
    return GenerateReply(
        code=made.code, language=made.language, explanation=made.explanation, sources=_sources(sources), **story(told)
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


def explain_reply(work: Work, told: Told) -> ExplainReply:
    """The explanation, and what it leans on."""
    return ExplainReply(explanation=work.text, sources=_sources(work.cited[0]), **story(told))


def search_reply(body: SearchBody, found: Found, told: Told) -> SearchReply:
    """What was found, best first."""
    return SearchReply(
        results=_results(found.hits),
        total=found.total,
        query=body.query,
        type=body.type,
        index=IndexState(revision=found.index.revision, stale=found.index.stale),
        signals=list(found.signals),
        left_out=dict(found.left_out),
        **story(told),
    )


def _results(hits: Sequence[Hit]) -> list[SearchResult]:
    return [
        SearchResult(
            id=hit.id,
            project=hit.project,
            content=hit.content,
            score=_share(hit.score),
            file_path=hit.file_path,
            language=hit.language,
            start_line=hit.start_line,
            end_line=hit.end_line,
            symbol=hit.symbol,
            why=hit.why,
        )
        for hit in hits
    ]


def _sources(hits: Sequence[Hit]) -> list[Source]:
    return [Source(file_path=hit.file_path, start_line=hit.start_line, end_line=hit.end_line) for hit in hits]


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
