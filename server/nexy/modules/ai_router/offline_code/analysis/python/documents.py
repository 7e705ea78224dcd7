"""What a reader of the signature misses."""

from collections.abc import Iterator, Sequence

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline, Outline

_SHORT = 8


def undocumented(outline: Outline) -> Iterator[Finding]:
    """One finding for all public functions without a docstring, one for all without annotations."""
    public = [function for function in outline.functions if _speaks_to_others(function)]
    long = [function for function in public if function.end_line - function.line >= _SHORT]
    yield from _listed("missing-docstring", [function for function in long if not function.documented])
    yield from _listed("missing-annotation", [function for function in public if _unannotated(function)])


def _speaks_to_others(function: FunctionOutline) -> bool:
    return function.public and not function.nested and not function.name.startswith("test")


def _unannotated(function: FunctionOutline) -> bool:
    return bool(function.parameters) and not any(parameter.type for parameter in function.parameters)


def _listed(rule: str, functions: Sequence[FunctionOutline]) -> Iterator[Finding]:
    if functions:
        names = ", ".join(function.name for function in functions[:5])
        yield found(rule, functions[0].line, names=names, count=len(functions))
