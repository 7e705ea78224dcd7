"""The analysis of a piece of code as it goes out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.code_answers import Analysis, CodeMetrics, Suggestion
from nexy.modules.ai_router.offline_code.analysis.finding import Finding
from nexy.modules.ai_router.offline_code.analysis.looking import Look, look_at
from nexy.modules.ai_router.offline_code.analysis.measures import halstead, maintainability_index, source_lines
from nexy.modules.ai_router.offline_code.analysis.patterns import patterns_in
from nexy.modules.ai_router.offline_code.analysis.shape_rules import most_ways
from nexy.modules.ai_router.offline_code.analysis.summary import summary_of
from nexy.modules.ai_router.offline_code.wording import rule_texts, table

_LONGEST_LINE = 200
_MEDIUM, _HIGH = 10, 20


def analyse(code: str, language: str, speech: str, limits: OfflineCodeConfig, also: Sequence[Finding] = ()) -> Analysis:
    """Findings worst first, patterns, measures and a summary in "ru" or "en"; without a language the likeliest.

    `also` was found elsewhere and is told with the rest.
    """
    look = look_at(code, language, limits)
    look = replace(look, findings=(*look.findings, *also))
    suggestions = suggestions_of(look, speech)
    metrics = _metrics(look)
    complexity = _complexity(look)
    return Analysis(
        suggestions=suggestions[: limits.max_findings],
        patterns=tuple(patterns_in(look.code, look.outline)),
        complexity=complexity,
        metrics=metrics,
        summary=summary_of(look, suggestions, metrics, complexity, speech),
    )


def suggestions_of(look: Look, speech: str) -> Sequence[Suggestion]:
    """What was found, in words, worst first; what one rule says twice of a line, of two names, is two findings."""
    lines = look.code.splitlines()
    seen: dict[tuple[str, int, str], Suggestion] = {}
    numbers: Counter[tuple[str, int]] = Counter()
    for finding in look.findings:
        key = (finding.rule, finding.line, str(finding.told.get("name", "")))
        if key not in seen:
            numbers[key[:2]] += 1
            seen[key] = _suggestion(finding, lines, speech, numbers[key[:2]])
    ranks = {rule: rank for rank, rule in enumerate(table("rules"))}
    return [one for (rule, *_), one in sorted(seen.items(), key=lambda entry: (ranks[entry[0][0]], entry[0][1]))]


def _suggestion(finding: Finding, lines: Sequence[str], speech: str, number: int) -> Suggestion:
    kind, category, severity, confidence = table("rules")[finding.rule]
    title, description = rule_texts(finding.rule, speech)
    line = min(finding.line, max(1, len(lines)))
    return Suggestion(
        id=f"{finding.rule}:{line}" if number == 1 else f"{finding.rule}:{line}:{number}",
        title=title.format_map(finding.told),
        description=description.format_map(finding.told),
        type=kind,
        category=category,
        severity=severity,
        line=line,
        code=lines[line - 1].strip()[:_LONGEST_LINE] if lines else "",
        confidence=confidence,
    )


def _metrics(look: Look) -> CodeMetrics:
    """Lines are those that were given; what is computed from several figures is of the part that was looked at."""
    ways = look.outline.decisions + 1
    index = maintainability_index(halstead(look.code).volume, ways, source_lines(look.code, look.language))
    lines = source_lines(look.given, look.language)
    return CodeMetrics(lines_of_code=lines, cyclomatic_complexity=ways, maintainability_index=index)


def _complexity(look: Look) -> str:
    """McCabe's bounds: up to 10 is simple, above 20 is hard to test."""
    ways = most_ways(look.outline)
    return "low" if ways <= _MEDIUM else "medium" if ways <= _HIGH else "high"
