"""From what was found to what a client gets."""

from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import Found, IndexFacts, IndexReport
from nexy.transport.mcp_service.shapes import (
    ExplanationShape,
    IndexedShape,
    PlaceShape,
    ProjectShape,
    ResultShape,
    SearchShape,
)
from nexy.workflows.code_work import Told, Work


def search_shape(found: Found) -> SearchShape:
    """What was found, best first."""
    return SearchShape(
        results=[_result(hit) for hit in found.hits],
        total=found.total,
        stale=found.index.stale,
        revision=found.index.revision,
        left_out=dict(found.left_out),
    )


def explanation_shape(work: Work, told: Told) -> ExplanationShape:
    """The explanation, and the places that it cites."""
    return ExplanationShape(
        explanation=work.text,
        provider=told.provider,
        model=told.model,
        sources=[_place(hit) for hit in work.cited[0]],
    )


def indexed_shape(report: IndexReport) -> IndexedShape:
    """What a run did."""
    return IndexedShape(
        project=report.project,
        revision=report.revision,
        files=report.files,
        chunks=report.chunks,
        read_files=report.read_files,
        kept_files=report.kept_files,
        removed_files=report.removed_files,
        skipped=dict(report.skipped),
        masked=report.masked,
        answers=report.self_test.passed,
    )


def project_shape(facts: IndexFacts) -> ProjectShape:
    """How a project stands."""
    return ProjectShape(
        project=facts.project,
        source=facts.source,
        state=facts.state.value,
        stale=facts.stale,
        revision=facts.revision,
        files=facts.files,
        chunks=facts.chunks,
        languages=dict(facts.languages),
        problem=facts.problem,
    )


def _place(hit: Hit) -> PlaceShape:
    return PlaceShape(
        project=hit.project,
        file_path=hit.file_path,
        start_line=hit.start_line,
        end_line=hit.end_line,
        symbol=hit.symbol,
        language=hit.language,
    )


def _result(hit: Hit) -> ResultShape:
    return ResultShape(**dict(_place(hit)), score=hit.score, why=hit.why, content=hit.content)
