"""Code that is never reached, never ends or does the same either way."""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.python_source import Function, PythonSource, children_of, dotted

_ENDS = ast.Return | ast.Raise | ast.Break | ast.Continue
_BRANCHES = ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar | ast.Match | ast.With | ast.AsyncWith
_MAY_NOT_RUN = (
    ast.IfExp | ast.BoolOp | ast.Lambda | ast.comprehension | ast.FunctionDef | ast.ListComp | ast.GeneratorExp
)


def unreachable(source: PythonSource) -> Iterator[Finding]:
    """The first statement behind one that always leaves."""
    for node in source.every:
        for block in _blocks(node):
            for before, after in pairwise(block):
                if isinstance(before, _ENDS) and not _makes_a_generator(after):
                    yield found("unreachable-code", after.lineno)
                    break


def _blocks(node: ast.AST) -> Iterator[Sequence[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _makes_a_generator(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom)


def endless_recursion(source: PythonSource) -> Iterator[Finding]:
    """A function that calls itself before anything could stop it."""
    for function in source.functions:
        method = isinstance(source.parents[function], ast.ClassDef)
        own = {f"self.{function.name}", f"cls.{function.name}"} if method else {function.name}
        if (line := _calls_itself(function, own)) and not function.decorator_list:
            yield found("endless-recursion", line, name=function.name)


def _calls_itself(function: Function, own: set[str]) -> int:
    for statement in function.body:
        if isinstance(statement, _BRANCHES):
            return 0
        if line := _sure_call(statement, own):
            return line
        if isinstance(statement, _ENDS):
            return 0
    return 0


def _sure_call(statement: ast.stmt, own: set[str]) -> int:
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _MAY_NOT_RUN | ast.ClassDef | ast.AsyncFunctionDef | ast.Yield | ast.YieldFrom):
            continue
        if isinstance(node, ast.Call) and dotted(node.func) in own:
            return node.lineno
        waiting.extend(children_of(node))
    return 0


def same_branches(source: PythonSource) -> Iterator[Finding]:
    """Branches of one `if` that follow each other and do the same."""
    for node in source.of(ast.If):
        if not node.orelse:
            continue
        other = node.orelse[0]
        elif_branch = len(node.orelse) == 1 and isinstance(other, ast.If)
        twin = other.body if elif_branch and isinstance(other, ast.If) else node.orelse
        if not isinstance(node.body[0], ast.Pass) and _dumped(node.body) == _dumped(twin):
            yield found("duplicate-branch", other.lineno)


def _dumped(block: Sequence[ast.stmt]) -> list[str]:
    return [ast.dump(statement) for statement in block]
