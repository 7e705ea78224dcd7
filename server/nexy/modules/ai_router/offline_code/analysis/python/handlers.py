"""Errors that are caught too broadly, or lost."""

import ast
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.python_source import PythonSource, dotted

_BROAD = frozenset({"Exception", "BaseException"})


def bad_handlers(source: PythonSource) -> Iterator[Finding]:
    """`except` for everything that does not raise again; `except` that does nothing."""
    for handler in source.of(ast.ExceptHandler):
        if _is_broad(handler) and not any(isinstance(node, ast.Raise) for node in ast.walk(handler)):
            yield found("broad-except", handler.lineno, what=dotted(handler.type) if handler.type else "everything")
        elif _does_nothing(source, handler):
            yield found("swallowed-error", handler.lineno)


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(dotted(kind) in _BROAD for kind in kinds)


def _does_nothing(source: PythonSource, handler: ast.ExceptHandler) -> bool:
    if not all(isinstance(node, ast.Pass) or _is_ellipsis(node) for node in handler.body):
        return False
    # A comment says that it is meant.
    last = handler.body[-1].lineno
    return not any("#" in line for line in source.lines[handler.lineno - 1 : last])


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
