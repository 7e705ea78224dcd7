"""An analysis in a few sentences: what was looked at, how far, and what came of it."""

from collections.abc import Sequence

from nexy.contracts.code_answers import CodeMetrics, Suggestion
from nexy.modules.ai_router.offline_code.analysis.looking import EMPTY, UNCHECKED, UNKNOWN, Look
from nexy.modules.ai_router.offline_code.analysis.shape_rules import most_ways
from nexy.modules.ai_router.offline_code.wording import counted, said
from nexy.utils.code_languages import shown_name

_SERIOUS = "error"
_WORDS = {"low": "низкая", "medium": "средняя", "high": "высокая"}
# Below this the index calls for a word on its cause; about a hundred lines of ordinary code.
_LOW_INDEX = 30.0
_MANY_LINES, _MANY_DECISIONS = 60, 20


def summary_of(
    look: Look, suggestions: Sequence[Suggestion], metrics: CodeMetrics, complexity: str, speech: str
) -> str:
    """Never says that nothing is wrong where nothing was checked."""
    if look.how == EMPTY:
        return said(EMPTY, speech)
    parts = [
        said("summary_assumed", speech, language=shown_name(look.language)) if look.assumed else "",
        _measured(look, metrics, complexity, speech),
        _cause(look, metrics, speech),
        _limits(look, speech),
        _found(look, suggestions, metrics, speech),
        said("no_model", speech),
    ]
    return " ".join(filter(None, parts))


def _measured(look: Look, metrics: CodeMetrics, complexity: str, speech: str) -> str:
    lines = counted("lines", metrics.lines_of_code or 0, speech)
    language = shown_name(look.language)
    if look.how:
        return said("summary_lines_only", speech, language=language, lines=lines)
    return said(
        "summary",
        speech,
        language=language,
        lines=lines,
        functions=counted("functions", len(look.outline.functions), speech),
        complexity=_WORDS[complexity] if speech == "ru" else complexity,
        worst=counted("most_ways", most_ways(look.outline), speech),
        index=metrics.maintainability_index,
    )


def _is_low(look: Look, metrics: CodeMetrics) -> bool:
    return not look.how and (metrics.maintainability_index or 0.0) < _LOW_INDEX


def _cause(look: Look, metrics: CodeMetrics, speech: str) -> str:
    """What the index is low for: the formula knows length, decisions and the number of different names."""
    if not _is_low(look, metrics):
        return ""
    lines, decisions = metrics.lines_of_code or 0, look.outline.decisions
    causes = [said("cause_length", speech, lines=counted("lines", lines, speech))] if lines >= _MANY_LINES else []
    if decisions >= _MANY_DECISIONS:
        causes.append(said("cause_branches", speech, decisions=counted("decisions", decisions, speech)))
    return said("summary_cause", speech, causes=", ".join(causes or [said("cause_dense", speech)]))


def _limits(look: Look, speech: str) -> str:
    if not look.how:
        return ""
    return said(look.how, speech, language=shown_name(look.language), limit=len(look.code), count=len(look.given))


def _found(look: Look, suggestions: Sequence[Suggestion], metrics: CodeMetrics, speech: str) -> str:
    if not suggestions:
        if look.how in (UNCHECKED, UNKNOWN):
            return ""
        limited = bool(look.how) or _is_low(look, metrics)
        return said("summary_rules_none" if limited else "summary_none", speech)
    serious = sum(one.severity == _SERIOUS for one in suggestions)
    findings = counted("findings", len(suggestions), speech)
    return said("summary_findings", speech, findings=findings, serious=serious, others=len(suggestions) - serious)
