"""What the outline alone tells: functions that are too long, too deep, too wide or too tangled."""

from collections.abc import Iterator

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.outline import Outline


def shape_findings(outline: Outline, limits: OfflineCodeConfig) -> Iterator[Finding]:
    """One finding per function and kind."""
    for function in outline.functions:
        name, line = function.name, function.line
        if (length := function.end_line - line + 1) > limits.long_function_lines:
            yield found("long-function", line, name=name, count=length, limit=limits.long_function_lines)
        if (count := len(function.parameters)) > limits.max_parameters:
            yield found("too-many-arguments", line, name=name, count=count, limit=limits.max_parameters)
        if function.complexity > limits.max_complexity:
            yield found("high-complexity", line, name=name, count=function.complexity, limit=limits.max_complexity)
        if function.deep_line:
            yield found("deep-nesting", function.deep_line, name=name, count=function.nesting, limit=limits.max_nesting)


def most_ways(outline: Outline) -> int:
    """McCabe's number of the function with most ways through it; of everything where there is no function."""
    return max((function.complexity for function in outline.functions), default=outline.decisions + 1)
