"""Looks at code as far as it can be read: as Python, by tree-sitter, or line by line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.line_rules import has_line_rules, risky_lines
from nexy.modules.ai_router.offline_code.analysis.lines import line_decisions, line_findings
from nexy.modules.ai_router.offline_code.analysis.python.check import python_findings
from nexy.modules.ai_router.offline_code.analysis.python.documents import undocumented
from nexy.modules.ai_router.offline_code.analysis.shape_rules import shape_findings
from nexy.modules.ai_router.offline_code.analysis.tree.check import tree_findings
from nexy.modules.ai_router.offline_code.syntax.assuming import assumed_language
from nexy.modules.ai_router.offline_code.syntax.outline import Outline
from nexy.modules.ai_router.offline_code.syntax.python_outline import python_outline
from nexy.modules.ai_router.offline_code.syntax.python_source import python_source
from nexy.modules.ai_router.offline_code.syntax.source_tree import parsed
from nexy.modules.ai_router.offline_code.syntax.tree_outline import tree_outline

EMPTY, BROKEN, LARGE = "summary_empty", "summary_broken", "summary_large"
LINES, UNCHECKED, UNKNOWN = "summary_lines", "summary_unchecked", "summary_unknown"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of `given`: `code` is the part that was looked at.

    `how` is the key of the sentence that says what could not be done, "" where all was; `assumed`: nobody said which
    language it is in.
    """

    given: str
    code: str
    language: str
    findings: Sequence[Finding] = ()
    outline: Outline = field(default_factory=Outline)
    how: str = ""
    assumed: bool = False


def look_at(code: str, language: str, limits: OfflineCodeConfig) -> Look:
    """Everything that is found, in the order of the checks; never fails, whatever the text is.

    Without a language the likeliest is assumed.
    """
    code = _CONTROLS.sub(" ", code.encode("utf-8", "replace").decode())
    if not code.strip():
        return Look(given=code, code=code, language=language, how=EMPTY)
    assumed = "" if language else assumed_language(code)
    spoken = language or assumed
    look = _cut(code, spoken, limits) if len(code) > limits.max_code_characters else _whole(code, spoken, limits)
    return replace(look, assumed=bool(assumed))


def _cut(code: str, language: str, limits: OfflineCodeConfig) -> Look:
    part = code[: limits.max_code_characters]
    cut = found("cut-code", part.count("\n") + 1, limit=len(part), count=len(code))
    return replace(_by_lines(part, language, LARGE, cut), given=code)


def _whole(code: str, language: str, limits: OfflineCodeConfig) -> Look:
    try:
        return _as_python(code, limits) if language == "python" else _as_tree(code, language, limits)
    except RecursionError:
        # The parsers take deeper nesting than some of the checks.
        return _unread(code, language)


def _as_python(code: str, limits: OfflineCodeConfig) -> Look:
    source = python_source(code)
    if isinstance(source, SyntaxError):
        wrong = found("syntax-error", max(1, source.lineno or 1), message=source.msg or "invalid syntax")
        return _by_lines(code, "python", BROKEN, wrong)
    outline = python_outline(source, nesting=limits.max_nesting)
    findings = [*python_findings(source), *shape_findings(outline, limits), *undocumented(outline)]
    return Look(given=code, code=code, language="python", findings=findings, outline=outline)


def _as_tree(code: str, language: str, limits: OfflineCodeConfig) -> Look:
    tree = parsed(code, language)
    if tree is None:
        return _unread(code, language)
    outline = tree_outline(tree, nesting=limits.max_nesting)
    if tree.root.has_error:
        wrong, *_ = tree_findings(tree)
        return replace(_by_lines(code, language, BROKEN, wrong), outline=outline)
    findings = [*tree_findings(tree), *shape_findings(outline, limits)]
    return Look(given=code, code=code, language=language, findings=findings, outline=outline)


def _unread(code: str, language: str) -> Look:
    how = UNKNOWN if not language else LINES if has_line_rules(language) else UNCHECKED
    return _by_lines(code, language, how)


def _by_lines(code: str, language: str, how: str, *first: Finding) -> Look:
    return Look(
        given=code,
        code=code,
        language=language,
        findings=[*first, *risky_lines(code, language), *line_findings(code)],
        outline=Outline(decisions=line_decisions(code)),
        how=how,
    )
