"""Every check of Python code."""

import io
import tokenize
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.python import danger, flow, handlers, names, pitfalls, trust
from nexy.modules.ai_router.offline_code.analysis.text_rules import todo_in
from nexy.modules.ai_router.offline_code.syntax.python_source import PythonSource

_CHECKS = (
    names.unused_imports,
    names.unused_variables,
    names.shadowed_builtins,
    pitfalls.mutable_defaults,
    pitfalls.odd_comparisons,
    pitfalls.asserts,
    pitfalls.changed_while_iterated,
    pitfalls.leaks,
    handlers.bad_handlers,
    danger.built_queries,
    danger.dangerous_calls,
    danger.secrets,
    trust.unchecked_certificates,
    trust.weak_hashes,
    trust.temporary_names,
    trust.asserted_access,
    flow.unreachable,
    flow.endless_recursion,
    flow.same_branches,
)


def python_findings(source: PythonSource) -> Iterator[Finding]:
    """What the tree tells, and what the comments leave to be done."""
    for check in _CHECKS:
        yield from check(source)
    if todo_in(source.code):
        yield from _todos(source.code)


def _todos(code: str) -> Iterator[Finding]:
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT and (todo := todo_in(token.string)):
            yield found("todo", token.start[0], mark=todo[0], text=todo[1])
